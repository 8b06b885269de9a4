"""The hour of the imaginary company, played through the real functions to its end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.state import STORE, last_run
from lab.demo.scenario import DECLARATIONS, SEED, START, Outcome, Progress, Scenario
from lab.traffic.company import build_company
from shared.heartbeat.source_watch import HEALTHY
from tests.alerts.alert_event_model import AlertEvent
from tests.lab.demo.test_run import ended

Played = tuple[Outcome, list[Progress], bytes]


def play(directory: Path) -> Played:
    heard: list[Progress] = []
    with Scenario(directory) as scenario:
        outcome = scenario.play(heard.append)
        page = scenario.host.request("GET", "/api/status").get_body()
    return outcome, heard, page


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield play(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def rows(played: Played) -> list[dict[str, Any]]:
    return played[0].rows


def test_twenty_thousand_records_of_many_sources_and_tenants_pass(played: Played) -> None:
    entities = [state.entity for state in played[0].report.sources]
    assert played[0].records >= 20_000
    assert len({entity.source for entity in entities}) >= 8
    assert len({entity.tenant for entity in entities if len(entity.tenant) == 36}) >= 5


def test_at_least_ten_alerts_of_eight_detectors_are_delivered(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 10
    assert len({row["RuleName"] for row in rows if not row["RuleName"].startswith("telltale.")}) >= 8


def test_every_alert_is_delivered_exactly_once(played: Played) -> None:
    counts = Counter(row["EventUid"] for row in played[0].rows)
    assert [uid for uid, count in counts.items() if count != 1] == []
    assert played[0].is_exact


def test_nothing_fails_and_nothing_waits(played: Played) -> None:
    report = played[0].report
    assert (played[0].failures, report.pending, report.dead, report.troubles) == ((), 0, 0, ())


def test_the_vault_falls_silent_and_comes_back(rows: list[dict[str, Any]]) -> None:
    told = [(row["RuleName"], row["Source"]) for row in rows if row["RuleName"].startswith("telltale.")]
    assert told == [
        ("telltale.source_silent", "azure.keyvault"),
        ("telltale.source_recovered", "azure.keyvault"),
    ]


def test_one_alert_names_the_silent_source_its_detectors_techniques_and_who_did_it(
    rows: list[dict[str, Any]],
) -> None:
    deleted = next(row for row in rows if row["RuleName"] == "azure.diagnostic_settings_deleted")
    (silent,) = [row for row in rows if row["RuleName"] == "telltale.source_silent"]
    evidence = silent["Evidence"]
    assert evidence["changed_by"]["alert"] == deleted["EventUid"]
    assert evidence["changed_by"]["actor"] == silent["Username"] == deleted["Username"]
    assert evidence["changed_by"]["operation"] == "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"
    assert evidence["changed_by"]["time"] == deleted["EventEndTime"][:19] + "Z"
    assert "azure.key_vault_mass_secret_read" in evidence["blind_detectors"]
    assert "azure.key_vault_deleted" in evidence["degraded_detectors"]  # which reads the activity log as well
    assert "T1555.006" in evidence["degraded_techniques"]
    assert deleted["Username"] in silent["EventMessage"]


def test_the_return_closes_the_same_silence(rows: list[dict[str, Any]]) -> None:
    (silent,) = [row for row in rows if row["RuleName"] == "telltale.source_silent"]
    (back,) = [row for row in rows if row["RuleName"] == "telltale.source_recovered"]
    assert back["AlertStatus"] == "Closed"
    assert back["Evidence"]["since"] == silent["Evidence"]["since"]


def test_the_workspace_can_be_asked_later_when_the_vault_was_blind(played: Played) -> None:
    episodes = {row["EpisodeId"]: row for row in played[0].health if row["RowKind"] == "Episode"}
    (blind,) = episodes.values()  # the newest row of an episode holds
    assert (blind["Finding"], blind["Source"]) == ("silent", "azure.keyvault")
    assert (blind["Begun"][11:16], blind["Ended"][11:16]) == ("09:35", "09:59")


def test_the_collector_says_every_five_minutes_that_it_lives(played: Played) -> None:
    alive = [row["TimeGenerated"][11:16] for row in played[0].health if row["RowKind"] == "Collector"]
    assert alive == [f"{9 + minute // 60:02d}:{minute % 60:02d}" for minute in range(5, 75, 5)]


def test_every_source_is_healthy_at_the_end(played: Played) -> None:
    assert [state for state in played[0].report.sources if state.state != HEALTHY] == []
    assert all(state.last_seen is not None for state in played[0].report.sources)


def test_malformed_bodies_are_kept_as_dead_letters(played: Played) -> None:
    assert sum(played[0].report.dead_letters.values()) >= 2


def test_every_row_is_one_that_sentinel_takes(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        AlertEvent.model_validate_json(orjson.dumps(row))


def test_the_end_of_the_story_disabled_logging_is_told(rows: list[dict[str, Any]]) -> None:
    techniques = {technique for row in rows for technique in row.get("Techniques", ())}
    assert "T1562.008" in techniques


def test_progress_never_goes_back(played: Played) -> None:
    heard = played[1]
    assert heard[-1].share == 1
    assert heard[0].time > START
    assert [one.records for one in heard] == sorted(one.records for one in heard)
    assert heard[-1].records == played[0].records


def test_the_status_page_is_served_by_the_app(played: Played) -> None:
    assert b"<!doctype html>" in played[2]
    assert b"quayside" in played[2]


def test_run_once_plays_the_same_prints_json_lines_only_and_keeps_its_store(
    played: Played, tmp_path: Path
) -> None:
    status, out, err = ended(tmp_path, "run", "--once", "--json")
    assert status == 0, err
    assert [json.loads(line) for line in out.splitlines()] == played[0].rows
    run = last_run(tmp_path / ".telltale")
    assert run is not None
    assert (run / STORE).is_file()
    states = [json.loads(line) for line in ended(tmp_path, "health", "--json")[1].splitlines()]
    assert {(one["source"], one["state"]) for one in states} >= {("azure.keyvault", "healthy")}


def test_the_declarations_speak_of_this_company() -> None:
    text = DECLARATIONS.read_text()
    company = build_company(SEED)
    tenant = company.workforce
    for name in (tenant.subscription_id, tenant.key_vault, tenant.resource_group, company.pipeline.app_id):
        assert name in text
    assert all(person.user_principal_name in text for person in company.administrators)
