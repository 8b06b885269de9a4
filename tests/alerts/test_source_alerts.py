"""Alerts about telemetry: what is wrong, what it blinds, who did it; and ids that follow from what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.alerts.alert import Alert
from shared.alerts.alert_row import encoded, to_row
from shared.alerts.source_alerts import overflow_alert, recreated_alert, source_alert
from shared.base.severity import Severity
from shared.coverage.blinding import Blinded
from shared.heartbeat.changes import LoggingChange
from shared.heartbeat.entity import OVERFLOW, Entity
from shared.heartbeat.heartbeat_rows import PartitionClock
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.verdict import SourceFinding, Verdict
from shared.heartbeat.source_watch import Notice
from shared.heartbeat.state import SourceState
from tests.alerts.alert_event_model import AlertEvent
from tests.detection.probe import START

ENTITY = Entity("probe.records", "tenant-1", "ProbeLogs")
BEGUN = START + timedelta(minutes=5)
NOW = START + timedelta(hours=2)
BLINDED = Blinded(("tests.one",), ("tests.two",), ("T1098",), ("T1078",))
CULPRIT = LoggingChange(
    uid="a" * 32,
    rule="azure.diagnostic_settings_deleted",
    time=BEGUN.timestamp() - 60,
    actor="eve@contoso.example",
    operation="MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE",
    target="to-hub",
    resource_id="/subscriptions/s/providers/microsoft.insights/diagnosticsettings/to-hub",
    subscription_id="s",
    tenant_id="tenant-1",
    account_id="",
    source="azure.activity",
    name="A diagnostic setting was deleted",
)


def told(kind: FindingKind = FindingKind.SILENT, change: Change = Change.OPENED, **of_state: Any) -> Notice:
    state = SourceState(
        ENTITY, kind.value, BEGUN, START, BEGUN, BEGUN, 3, 1.0, timedelta(minutes=30), reporters=1
    )
    finding = SourceFinding(
        kind,
        BEGUN.timestamp(),
        3600.0,
        600.0,
        1800.0,
        "seconds",
        "nothing for 1 hour, 30 minutes are ordinary",
    )
    verdict = Verdict(finding, change, NOW.timestamp(), Severity.MEDIUM, 50, None)
    return Notice(replace(state, **of_state), verdict, BEGUN.timestamp())


def alert(one: Notice, blinded: Blinded = BLINDED, culprit: LoggingChange | None = None) -> Alert:
    return source_alert(one, blinded, culprit, "contoso", NOW)


def valid(one: Alert) -> AlertEvent:
    return AlertEvent.model_validate_json(
        encoded({**to_row(one), "TimeGenerated": "2026-11-02T09:00:00.000000Z"})
    )


def test_a_silent_source_says_what_it_blinds() -> None:
    silent = alert(told())
    assert silent.name == "Telemetry is silent: probe.records ProbeLogs (tenant-1) since 09:05 UTC"
    assert "nothing for 1 hour, 30 minutes are ordinary" in silent.message
    assert "blind: tests.one; no detector left for T1098" in silent.message
    assert "sees less: tests.two; fewer detectors for T1078" in silent.message
    assert silent.evidence["blind_detectors"] == ["tests.one"]
    assert silent.evidence["blind_techniques"] == ["T1098"]
    assert silent.evidence["degraded_detectors"] == ["tests.two"]
    assert silent.evidence["degraded_techniques"] == ["T1078"]
    assert (silent.severity, silent.status) == ("Medium", "Active")
    assert valid(silent).RuleName == "telltale.source_silent"


def test_a_source_that_nobody_listens_to_blinds_nothing_and_says_so() -> None:
    assert "no detector is blind" in alert(told(), Blinded()).message


def test_who_changed_the_logging_is_in_the_alert_where_it_is_known() -> None:
    silent = alert(told(), culprit=CULPRIT)
    assert silent.entities["actor_username"] == "eve@contoso.example"
    assert silent.operation == "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"
    assert silent.evidence["changed_by"] == CULPRIT.evidence()
    assert "eve@contoso.example did MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE at" in silent.message
    assert "changed_by" not in alert(told()).evidence


def test_silence_and_return_are_two_alerts_about_the_same_moment() -> None:
    silent = alert(told())
    later = START + timedelta(hours=1)
    back = alert(told(change=Change.RECOVERED, last_seen=later))
    assert silent.start == back.start == BEGUN
    assert silent.uid != back.uid
    assert (back.status, back.severity, back.techniques) == ("Closed", "Informational", ())
    assert back.end == later
    assert valid(back).AlertStatus == "Closed"


def test_the_same_finding_is_the_same_alert_whenever_it_is_noticed() -> None:
    one = told()
    later = source_alert(one, Blinded(), None, "contoso", NOW + timedelta(minutes=5))
    assert alert(one).uid == later.uid


@pytest.mark.parametrize("kind", list(FindingKind))
@pytest.mark.parametrize("change", list(Change))
def test_each_change_of_each_kind_is_an_alert_of_its_own_that_sentinel_takes(
    kind: FindingKind, change: Change
) -> None:
    made = valid(alert(told(kind, change), culprit=CULPRIT))
    assert made.RuleName.startswith("telltale.source_")
    others = {alert(told(kind, other)).uid for other in Change if other is not change}
    assert made.EventUid not in others or change in (Change.RECOVERED, Change.ACCEPTED)


def test_a_source_that_never_spoke_has_no_last_record() -> None:
    never = alert(told(FindingKind.NEVER_SEEN, first_seen=None, last_seen=None, last_event=None))
    assert never.name == "Expected telemetry never arrived: probe.records ProbeLogs (tenant-1)"
    assert "no record so far" in never.message
    assert valid(never).RuleName == "telltale.source_never_seen"


def test_the_same_source_of_two_customers_is_two_alerts() -> None:
    one = told()
    assert alert(one).uid != source_alert(one, BLINDED, None, "fabrikam", NOW).uid


def test_a_flood_of_new_names_is_one_alert_a_day_for_a_source() -> None:
    flooded = replace(told().state, entity=Entity("probe.records", "", OVERFLOW), last_seen=NOW)
    first = overflow_alert(flooded, "contoso")
    later = overflow_alert(replace(flooded, last_seen=NOW + timedelta(hours=3)), "contoso")
    next_day = overflow_alert(replace(flooded, last_seen=NOW + timedelta(days=1)), "contoso")
    assert first.uid == later.uid != next_day.uid
    assert valid(first).RuleName == "telltale.source_overflow"


def test_a_hub_that_was_made_again_is_one_alert() -> None:
    clock = PartitionClock("hub|0", 5, NOW, NOW, 1, NOW)
    made = recreated_alert(clock, "contoso")
    assert made.uid == recreated_alert(replace(clock, sequence_number=9, enqueued=NOW), "contoso").uid
    assert valid(made).RuleName == "telltale.hub_recreated"
