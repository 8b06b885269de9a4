"""What the report says of sources beside their state: who knows of the trouble, and what it blinds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

import functions.detectors
from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.coverage.blinding import Blinded
from shared.customer.declarations import load_declarations
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import SqliteStore
from shared.upkeep.status import StatusReport
from shared.upkeep.status.display import blinds
from shared.upkeep.status.page import render
from tests.cli.test_command_line import AUDIT

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
EXPECTED = '[[expected_sources]]\nsource = "entra.audit"\ninterval = "15m"\n'


def acknowledged(at: str, until: str, finding: str = "silent") -> str:
    return (
        f'[[acknowledgements]]\nsource = "entra.audit"\nat = 2026-03-10T{at}:00Z\nuntil = 2026-03-10T{until}:00Z\n'
        f'by = "kim <b>"\nfinding = "{finding}"\n'
    )


def work(start: str, end: str) -> str:
    return f'[[change_windows]]\nname = "move"\nstart = 2026-03-10T{start}:00Z\nend = 2026-03-10T{end}:00Z\n'


def after_an_hour_of_silence(folder: Path, declared: str) -> tuple[StatusReport, list[Alert]]:
    (folder / "customer.toml").write_text(declared, "utf-8")
    clock = VirtualClock(START)
    subject = Collector(
        store=SqliteStore(":memory:"),
        clock=clock,
        detectors=discover(functions.detectors),
        registry=registry(),
        declarations=load_declarations(folder / "customer.toml"),
    )
    subject.collect(Batch("hub", "0", (Message(orjson.dumps(AUDIT), 0, START),)))
    raised: list[Alert] = []
    for _ in range(12):
        clock.advance(300)
        raised += subject.watch_heartbeats()
    return subject.status(), raised


@pytest.mark.parametrize(
    ("declared", "quiet"),
    [
        ("", []),
        (acknowledged("09:50", "12:00"), [("acknowledged", "kim <b>", "2026-03-10T12:00:00.000000Z")]),
        (acknowledged("09:50", "09:58"), []),  # it is over
        (acknowledged("10:30", "12:00"), []),  # it is still to come
        (acknowledged("08:00", "12:00"), []),  # it was about an earlier silence
        (acknowledged("09:50", "12:00", "late"), []),
        (work("09:55", "11:00"), [("maintenance", "move", "2026-03-10T11:00:00.000000Z")]),
        (work("11:00", "12:00"), []),
        ("[heartbeats]\ntraining = true\n", [("training", None, None)]),
    ],
)
def test_a_source_says_why_nobody_is_told(
    tmp_path: Path, declared: str, quiet: list[tuple[str, str | None, str | None]]
) -> None:
    report, _ = after_an_hour_of_silence(tmp_path, EXPECTED + declared)
    (source,) = json.loads(report.to_json())["sources"]
    assert source["state"] == "silent"
    assert [(one["reason"], one["by"], one["until"]) for one in source["quiet"]] == quiet
    known = ", 1 of them acknowledged, in maintenance or in training" if quiet else ""
    assert report.attention[0] == f"1 telemetry source in trouble{known}"
    assert ("kim &lt;b&gt; until 12:00:00" in render(report)) == any(by == "kim <b>" for _, by, _ in quiet)


def test_a_source_in_trouble_names_the_same_detectors_and_techniques_as_its_alert(tmp_path: Path) -> None:
    report, raised = after_an_hour_of_silence(tmp_path, EXPECTED)
    (alert,) = [one for one in raised if one.rule == "telltale.source_silent"]
    (source,) = json.loads(report.to_json())["sources"]
    for name in ("blind_detectors", "blind_techniques", "degraded_detectors", "degraded_techniques"):
        assert source[name] == alert.evidence[name]
    assert source["blind_detectors"]
    page = render(report)
    assert f"blinds {len(source['blind_detectors'])} detectors" in page
    assert all(name in page for name in source["blind_detectors"] + source["blind_techniques"])


def test_a_source_that_is_healthy_has_nothing_beside_it(tmp_path: Path) -> None:
    report, _ = after_an_hour_of_silence(tmp_path, EXPECTED.replace("15m", "3h"))
    assert report.notes == {}
    assert "<details" not in render(report)


def test_what_is_blind_reads_as_people_say_it() -> None:
    assert blinds(Blinded()) == ""
    one = Blinded(("a",), (), ("T1",), ())
    assert blinds(one) == "blinds 1 detector, 1 technique"
    assert (
        blinds(replace(one, degraded_detectors=("b", "c")))
        == "blinds 1 detector, 1 technique; 2 detectors see less"
    )
    assert blinds(Blinded(degraded_detectors=("b",))) == "1 detector sees less"
