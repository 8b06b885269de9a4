"""Many sources that change alike at once are one alert; few are an alert each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.alerts.together_alerts import MOST_ALERTS, grouped, together_alert
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.source_watch import Notice
from tests.alerts.test_source_alerts import BLINDED, CULPRIT, ENTITY, NOW, told, valid


def many(number: int, kind: FindingKind = FindingKind.SILENT, change: Change = Change.OPENED) -> list[Notice]:
    one = told(kind, change)
    return [
        replace(
            one,
            state=replace(one.state, entity=ENTITY._replace(tenant=f"tenant-{place:04d}")),
            since=one.since + place,
        )
        for place in range(number)
    ]


def test_few_are_told_each_and_many_together() -> None:
    assert [len(group) for group in grouped(many(MOST_ALERTS))] == [1] * MOST_ALERTS
    assert [len(group) for group in grouped(many(MOST_ALERTS + 1))] == [MOST_ALERTS + 1]


def test_only_what_changed_alike_is_told_together() -> None:
    mixed = [*many(20), *many(20, change=Change.RECOVERED), *many(20, FindingKind.LOW)]
    assert [len(group) for group in grouped(mixed)] == [1] * 60


def test_the_alert_says_how_many_which_and_who() -> None:
    made = together_alert(many(300), BLINDED, CULPRIT, "contoso", NOW)
    assert made.name == "Telemetry is silent: 300 sources at once, since 09:05 UTC"
    assert made.evidence["number"] == 300
    assert made.evidence["kinds"] == ["probe.records"]
    assert made.evidence["blind_detectors"] == ["tests.one"]
    assert made.evidence["changed_by"] == CULPRIT.evidence()
    assert "eve@contoso.example did" in made.message
    assert "tenant_id" not in made.entities
    assert valid(made).RuleName == "telltale.source_silent"


def test_the_same_silence_is_the_same_alert_and_its_end_another() -> None:
    silent = together_alert(many(300), BLINDED, None, "contoso", NOW)
    noticed_later = together_alert(many(300), BLINDED, None, "contoso", NOW + timedelta(minutes=5))
    back = together_alert(many(300, change=Change.RECOVERED), BLINDED, None, "contoso", NOW)
    assert silent.uid == noticed_later.uid != back.uid
    assert valid(back).AlertStatus == "Closed"
