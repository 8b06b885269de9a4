"""Rows about telemetry: what the workspace takes, what it can be asked, and nothing from an event that could harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from lab.azure.ingestion_rules import DECLARED, _check_row
from shared.alerts import health_rows
from shared.alerts.health_columns import STREAM
from shared.alerts.health_rows import Journey, collector_row, episode_rows, source_rows
from shared.heartbeat.entity import Entity
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.source_episodes import SourceEpisode
from shared.heartbeat.state import HEALTHY, SILENT, SourceState
from tests.detection.probe import START

ENTITY = Entity("azure.keyvault", "tenant-1", "AuditEvent", "/subscriptions/s")
STATE = SourceState(ENTITY, SILENT, START, START, START, START, 3, 1.25, timedelta(minutes=10), reporters=2)
EPISODE = SourceEpisode(ENTITY, FindingKind.SILENT, START.timestamp(), None, "High", "", "nothing for 1 hour")


def test_every_row_is_one_that_the_stream_declares() -> None:
    rows = [
        collector_row([STATE], timedelta(seconds=5), 0, "contoso", START),
        collector_row([STATE], timedelta(), 0, "contoso", START, Journey(START, START, START)),
        *source_rows(
            [STATE, replace(STATE, last_seen=None, last_event=None, allowed_gap=None)], "contoso", START
        ),
        *episode_rows([EPISODE, replace(EPISODE, ended=START.timestamp() + 60)], "contoso", START),
    ]
    for number, row in enumerate(rows):
        _check_row(number, row, DECLARED[STREAM])


def test_the_collector_says_how_many_sources_it_watches_and_how_many_are_in_trouble() -> None:
    row = collector_row([STATE, replace(STATE, state=HEALTHY)], timedelta(seconds=5), 0, "contoso", START)
    assert (row["RowKind"], row["Sources"], row["InTrouble"], row["BehindSeconds"]) == (
        "Collector",
        2,
        1,
        5.0,
    )


def test_an_episode_says_from_when_to_when_under_one_id() -> None:
    later = START + timedelta(hours=3)
    (lasting,) = episode_rows([EPISODE], "contoso", START)
    (over,) = episode_rows([replace(EPISODE, ended=later.timestamp())], "contoso", later)
    assert lasting["EpisodeId"] == over["EpisodeId"]
    assert "Ended" not in lasting
    assert datetime.fromisoformat(str(over["Begun"])) == START
    assert datetime.fromisoformat(str(over["Ended"])) == later


def test_sources_in_trouble_come_first_where_there_are_too_many(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(health_rows, "MOST_SOURCES", 2)
    healthy = [replace(STATE, state=HEALTHY, entity=ENTITY._replace(tenant=str(n))) for n in range(5)]
    rows = source_rows([*healthy, STATE], "contoso", START)
    assert [row["State"] for row in rows] == [SILENT, HEALTHY]


def test_a_hostile_name_is_neutralised_and_cut() -> None:
    hostile = replace(STATE, entity=Entity("app.x", "<b>\u202e" + "y" * 5_000, "", ""))
    (row,) = source_rows([hostile], "contoso", START)
    assert "\u202e" not in str(row["SourceTenantId"])
    assert len(str(row["SourceTenantId"]).encode()) <= 512
