"""The bench of heartbeats measures checks in which the entities really are judged, and silence is found."""

from __future__ import annotations

import json

import pytest

from lab.bench.heartbeats import CHECKS, SILENT, measure, show


def test_ordinary_checks_tell_nothing_and_a_silence_of_all_is_one_alert(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = measure(entities=120, seed=1)

    assert [line.name for line in found] == [name for name, _ in CHECKS]
    assert {line.name: line.alerts for line in found if line.alerts} == {SILENT: 1}
    assert all(line.reads > 0 and line.megabytes > 0 for line in found)
    assert 1_000 < found[0].largest_row < 6_000  # bytes that are kept of an entity

    show(found, as_json=True)
    assert [json.loads(line)["entities"] for line in capsys.readouterr().out.splitlines()] == [120] * len(
        found
    )
