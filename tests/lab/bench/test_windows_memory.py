"""The measurement of memory measures windows: every record is counted, and the figures are those of a process."""

from __future__ import annotations

import json

import pytest

from lab.bench.windows_memory import PARTITIONS, RECORDS, Held, batches, detectors, measure, show


def test_a_hot_key_and_a_million_different_ones_are_spread_over_all_partitions() -> None:
    hot, many = RECORDS
    assert {batch.partition for batch in batches(hot, 50_000)} == {str(n) for n in range(PARTITIONS)}
    assert (RECORDS[many], PARTITIONS) == (1_000_000, 32)


def test_the_windows_keep_what_grows_with_keys_and_with_values() -> None:
    kinds = {one.window.kind for one in detectors() if one.window}
    assert kinds == {"count", "distinct", "first_seen", "rate"}


def test_every_run_is_measured_in_a_process_that_counted_its_records(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = measure(0.002)
    assert [held.name for held in found] == list(RECORDS)
    assert all(held.megabytes >= held.megabytes_at_start > 20 for held in found)
    show(found, as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["records"] for line in lines] == [400, 2_000]


def test_a_run_past_the_limit_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    show([Held("a run", 10, 40, 301)], as_json=False)
    assert "past the limit" in capsys.readouterr().out
