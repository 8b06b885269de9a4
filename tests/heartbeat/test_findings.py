"""Every kind of drift on its whole way: from what a hub partition counts to one alert, and to its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import functions.detectors
from shared.alerts.alert import Alert
from shared.customer.declarations import Declarations
from shared.detection.discovery import discover
from shared.events.event import Event
from shared.events.message import Origin
from shared.events.registry import registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.tally import Part, Tally
from shared.storage import SqliteStore
from shared.upkeep.telemetry import Telemetry
from tests.cli.test_command_line import AUDIT

LEARNT = timedelta(days=18)
START = datetime(2026, 3, 2, tzinfo=UTC)
FAULT = START + LEARNT + timedelta(hours=9)
STEP = timedelta(minutes=5)
ENTITY = Entity("entra.audit", "t1", "AuditLogs")
USUAL = 50
OWNERS = tuple(f"hub|{number}" for number in range(6))
PLAIN: dict[str, Any] = AUDIT
Change = Callable[[Part], Part]


def telemetry(store: SqliteStore) -> Telemetry:
    return Telemetry(store, discover(functions.detectors), registry(), Declarations(), "contoso")


def part_of(moment: datetime, number: int, record: dict[str, Any]) -> Part:
    seconds = moment.timestamp()
    sample = Event(registry().by_id["entra.audit"], lambda: record, Origin("hub", "0", number, 0, moment))
    return Part(number, USUAL, seconds - 40, seconds - 20, seconds, sample=sample)


def arrive(subject: Telemetry, parts: list[Part], now: datetime) -> None:
    """The same in every hub partition, as round robin does."""
    hours: dict[tuple[Entity, int], list[Part]] = {}
    for part in parts:
        hours.setdefault((ENTITY, int(part.enqueued) // 3600), []).append(part)
    for owner in OWNERS:
        subject.heartbeats.commit(owner, Tally(hours), now)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the source spoke for 18 days as it always does, checked once an hour."""
    path = tmp_path_factory.mktemp("learnt") / "state.db"
    store = SqliteStore(path)
    subject = telemetry(store)
    moment, number = START, 0
    while moment < FAULT:
        parts = []
        for place in range(12):
            number += 1
            parts.append(part_of(moment + place * STEP + timedelta(minutes=1), number, PLAIN))
        moment += timedelta(hours=1)
        arrive(subject, parts, moment)
        check, alerts = subject.check(moment)
        subject.keep(check)
        assert alerts == [], "ordinary telemetry alerts nobody"
    store.close()  # all of it is in the one file then
    return path


def lived(
    path: Path, hours: int, change: Change | None, record: dict[str, Any], begin: datetime
) -> list[Alert]:
    """The alerts of checks every five minutes, while every part is changed so."""
    subject = telemetry(SqliteStore(path))
    told: list[Alert] = []
    for place in range(12 * hours):
        moment = begin + place * STEP
        number = 1_000_000 + int(moment.timestamp()) // 300
        part = part_of(moment + timedelta(minutes=1), number, record)
        arrive(subject, [change(part) if change else part], moment + timedelta(minutes=2))
        check, alerts = subject.check(moment + STEP)
        subject.keep(check)
        told += alerts
    return told


def without_result() -> dict[str, Any]:
    return {**PLAIN, "properties": {**PLAIN["properties"], "result": None}}


FAULTS: dict[str, tuple[Change | None, dict[str, Any]]] = {
    "low": (lambda part: part._replace(count=2), PLAIN),
    "high": (lambda part: part._replace(count=USUAL * 20), PLAIN),
    "late": (lambda part: part._replace(first=part.first - 14_400, last=part.last - 14_400), PLAIN),
    "skewed": (lambda part: part._replace(ahead=USUAL), PLAIN),
    "malformed": (lambda part: part._replace(bad=USUAL), PLAIN),
    "thin": (None, without_result()),
    "changed": (None, {**PLAIN, "brandNew": 1, "alsoNew": 2}),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_drift_is_one_alert_within_three_hours_and_its_end_another(
    kind: str, learnt: Path, tmp_path: Path
) -> None:
    path = tmp_path / "state.db"
    shutil.copy(learnt, path)
    change, record = FAULTS[kind]
    told = [
        alert for alert in lived(path, 3, change, record, FAULT) if alert.rule == f"telltale.source_{kind}"
    ]
    (alert,) = told
    assert alert.end - FAULT <= timedelta(hours=3)
    if kind in ("low", "late", "malformed", "thin"):
        impaired = [*alert.evidence["blind_detectors"], *alert.evidence["degraded_detectors"]]  # type: ignore[misc]
        assert "entra.service_principal_credential_added" in impaired
    after = lived(path, 4, None, PLAIN, FAULT + timedelta(hours=3))
    ends = [
        one for one in after if one.rule == "telltale.source_recovered" and one.evidence["finding"] == kind
    ]
    assert len(ends) == 1
    assert ends[0].evidence["since"] == alert.evidence["since"]
