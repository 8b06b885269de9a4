"""The player for weeks plays what is deployed: every timer, every detector, the policies of the composition."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions import composition, detectors
from lab.azure.app import environment, registered
from lab.azure.bindings import TimerFunction, indexed
from lab.estate import Estate, EstateFailed
from shared.base.errors import TelltaleError
from shared.collector.collector import Collector
from shared.customer.settings import read_settings
from shared.detection.discovery import discover
from shared.events.registry import registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.judgement.policy import Policy
from shared.storage import safe_key

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SILENT, RECOVERED = "telltale.source_silent", "telltale.source_recovered"
ROOT = Path(__file__).parents[2]
PROFILE = ROOT / "infra" / "profiles" / "profile-a.toml"
EVENT = {
    "schema": "telltale.app/1",
    "time": "2026-03-10T09:00:00Z",
    "app": "shop",
    "event": "sys_heartbeat",
}


def failed_sign_in(when: datetime, number: int = 0) -> dict[str, Any]:
    return {
        "time": (when + timedelta(seconds=number)).isoformat(),
        "category": "SignInLogs",
        "tenantId": "11111111-2222-4333-8444-555555555555",
        "operationName": "Sign-in activity",
        "properties": {
            "id": f"s{number}-{when:%d%H%M}",
            "userId": "22222222-2222-4333-8444-555555555555",
            "userPrincipalName": "ann@example.com",
            "ipAddress": "203.0.113.7",
            "status": {"errorCode": 50126},
        },
    }


def vault_read(when: datetime) -> dict[str, Any]:
    return {
        "time": when.isoformat(),
        "category": "AuditEvent",
        "tenantId": "11111111-2222-4333-8444-555555555555",
        "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V1",
        "operationName": "SecretList",
        "resultType": "Success",
        "callerIpAddress": "198.51.100.7",
        "properties": {"httpStatusCode": 200},
    }


def outage(step: timedelta = 5 * MINUTE) -> Estate:
    """A vault that is read every minute for six hours, is not for one, and is again; a user is guessed at meanwhile."""
    with Estate(START, partitions=2) as estate:
        for minute in range(8 * 60):
            estate.pass_time(START + minute * MINUTE, step)
            if not 6 * 60 <= minute < 7 * 60:
                estate.deliver([vault_read(estate.clock.now())])
            if minute == 100:
                estate.deliver([failed_sign_in(START, number) for number in range(12)], partition="1")
        return estate


@pytest.fixture(scope="module")
def played() -> Estate:
    return outage()


def told(estate: Estate) -> list[tuple[datetime, str, str]]:
    return [(alert.when, alert.rule, alert.title) for alert in estate.alerts]


@pytest.fixture
def estate() -> Iterator[Estate]:
    with Estate(START) as made:
        yield made


def test_every_timer_of_the_app_fires_by_its_own_schedule(estate: Estate) -> None:
    with environment({"HUB_NAME": "telemetry", "CONSUMER_GROUP": "telltale"}):
        timers = [function for function in indexed(registered()) if isinstance(function, TimerFunction)]
    assert len(timers) >= 6
    estate.pass_time(START + 2 * HOUR, MINUTE)
    due = {timer.name: sum(1 for _ in firings(timer, START, START + 2 * HOUR)) for timer in timers}
    assert {name: estate.host.invocations[name] for name in due} == due


def firings(timer: TimerFunction, start: datetime, end: datetime) -> Iterator[datetime]:
    moment = timer.after(start)
    while moment <= end:
        yield moment
        moment = timer.after(moment)


def test_where_nothing_arrives_only_firings_of_minutes_are_left_out(estate: Estate) -> None:
    estate.pass_time(START + 2 * HOUR, 30 * MINUTE)
    fired = estate.host.invocations
    assert (fired["watch_heartbeats"], fired["send_canary"], fired["watch_arrival"]) == (24, 24, 8)
    assert 24 <= fired["watch_windows"] <= 25
    estate.pass_time(START + 2 * HOUR + 2 * MINUTE)
    estate.deliver([vault_read(START)])
    before = fired["watch_windows"]
    estate.pass_time(estate.clock.now() + MINUTE)
    assert fired["watch_windows"] == before + 1


def test_an_outage_of_a_steady_source_is_raised_soon_and_its_end_as_well(played: Estate) -> None:
    about_the_vault = [alert for alert in played.alerts if alert.row.get("Source") == "azure.keyvault"]
    assert [alert.rule for alert in about_the_vault] == [SILENT, RECOVERED]
    silent, recovered = (alert.when - START for alert in about_the_vault)
    assert timedelta(hours=6, minutes=3) <= silent <= timedelta(hours=6, minutes=20)
    assert timedelta(hours=7) < recovered <= timedelta(hours=7, minutes=20)


def test_a_window_is_raised_in_the_batch_that_fills_it(played: Estate) -> None:
    (guessed,) = [alert for alert in played.alerts if alert.rule == "entra.failed_sign_ins_one_user"]
    assert guessed.when == START + 100 * MINUTE
    assert "ann@example.com" in guessed.title
    assert (guessed.severity, guessed.row["Username"]) == ("Medium", "ann@example.com")


def test_the_same_records_raise_the_same_alerts_at_the_same_times(played: Estate) -> None:
    assert told(outage()) == told(played)


def test_a_smaller_step_raises_the_same_at_most_a_step_sooner(played: Estate) -> None:
    finer = told(outage(MINUTE))
    assert [what for _, *what in finer] == [what for _, *what in told(played)]
    assert all(
        timedelta() <= later - sooner < 5 * MINUTE
        for (sooner, *_), (later, *_) in zip(finer, told(played), strict=True)
    )


@pytest.mark.parametrize("declarations", [None, PROFILE], ids=["nothing declared", "a profile"])
def test_detectors_and_policies_are_those_of_the_composition(
    tmp_path: Path, declarations: Path | None
) -> None:
    settings = {"HUB_NAME": "telemetry", "STORE": "sqlite", "SQLITE_PATH": str(tmp_path / "store.db")}
    declared = {"DECLARATIONS": str(declarations)} if declarations else {}
    with (
        environment(settings | declared),
        closing(composition.build(read_settings())) as deployed,
        Estate(START, declarations=declarations) as estate,
    ):
        assert list(map(repr, estate.collector.detectors)) == list(map(repr, deployed.detectors))
        assert policies(estate.collector) == policies(deployed)
        assert len(estate.collector.detectors) == len(list(discover(detectors)))
        assert bool(estate.collector.declarations.expected_sources) == (declarations is not None)


def policies(collector: Collector) -> list[Policy]:
    """How a source of each kind is judged."""
    return [collector.telemetry.policies.of(Entity(source.id, "", "")) for source in registry()]


def test_a_profile_that_expects_a_source_raises_that_it_never_came() -> None:
    with Estate(START, declarations=PROFILE) as estate:
        estate.pass_time(START + 26 * HOUR)
    assert "telltale.source_never_seen" in {alert.rule for alert in estate.alerts}


def test_a_batch_is_read_from_the_hub_and_the_partition_it_arrived_at() -> None:
    with Estate(START, partitions=2) as estate:
        estate.deliver([vault_read(START)], hub="application", partition="1")
        estate.deliver([vault_read(START)])
        assert estate.host.invocations["collect_application"] == estate.host.invocations["collect"] == 1
        owners = {(clock.owner, clock.sequence_number) for clock in estate.collector.heartbeats.clocks()}
        assert owners == {(safe_key("application|1"), 0), (safe_key("telemetry|0"), 0)}
        with pytest.raises(TelltaleError, match="no function reads the partition 2 of the hub telemetry"):
            estate.deliver([vault_read(START)], partition="2")
        with pytest.raises(TelltaleError, match="no function reads the partition 0 of the hub elsewhere"):
            estate.deliver([vault_read(START)], hub="elsewhere")


def test_records_application_events_and_raw_bodies_arrive_as_they_are(estate: Estate) -> None:
    estate.deliver([EVENT, vault_read(START), json.dumps([vault_read(START)] * 2).encode(), b"{broken"])
    estate.pass_time(START + 5 * MINUTE)
    counted = {state.entity.source: state.count_24h for state in estate.collector.sources()}
    assert counted.items() >= {"app.shop": 1, "azure.keyvault": 3}.items()
    assert sum(estate.collector.status().dead_letters.values()) == 1


def test_a_clock_that_a_test_has_moved_fires_what_is_overdue_once(estate: Estate) -> None:
    estate.clock.advance_to(START + 33 * MINUTE)
    estate.deliver([vault_read(START + 33 * MINUTE)])
    assert estate.host.invocations["watch_heartbeats"] == 1
    assert estate.clock.now() == START + 33 * MINUTE


def test_what_a_function_raises_ends_the_play(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ValueError("no such day")

    monkeypatch.setattr(estate.collector, "watch_windows", broken)
    with pytest.raises(EstateFailed, match=r"watch_windows raised at 2026-03-10T09:01:00.*no such day"):
        estate.pass_time(START + HOUR)


def test_the_example_of_the_page_prints_what_the_page_says() -> None:
    page = (ROOT / "docs" / "simulation.md").read_text("utf-8")
    example, printed = re.findall(r"^```(?:python|text)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == printed


def test_two_estates_of_one_process_know_nothing_of_each_other() -> None:
    with Estate(START) as one, Estate(START) as other:
        one.deliver([vault_read(START)])
        other.pass_time(START + MINUTE)
        seen = [{state.entity.source for state in estate.collector.sources()} for estate in (one, other)]
        assert seen == [{"azure.keyvault"}, {"telltale.canary"}]
