"""Which change explains a silence: the one that fits best, in time and of the same tenant, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.detection import LoggingLoss
from shared.heartbeat.changes import AFTER, BEFORE, KEEP, LoggingChange, LoggingChanges, culprit
from shared.heartbeat.entity import Entity
from shared.storage import SqliteStore

SINCE = datetime(2026, 3, 10, 9, 35, tzinfo=UTC).timestamp()
SUBSCRIPTION = "/subscriptions/s1"
VAULT = f"{SUBSCRIPTION}/resourcegroups/g/providers/microsoft.keyvault/vaults/one"
ENTITY = Entity("azure.keyvault", "t1", "AuditEvent")
SETTING = "/providers/microsoft.insights/diagnosticsettings/to-hub"


def change(rule: str, loss: str = "", resource: str = "", **others: object) -> LoggingChange:
    made = LoggingChange(
        uid=rule, rule=rule, time=SINCE - 60, actor="eve@contoso.example", operation="x/write", target="t",
        resource_id=resource, subscription_id="S1", tenant_id="t1", account_id="", source="azure.activity", name="n",
        loss=loss,
    )  # fmt: skip
    return replace(made, **others)  # type: ignore[arg-type]


OWN_SETTING = change("any.name", LoggingLoss.SETTING_DELETED, VAULT + SETTING)
SIBLING = change("any.name", LoggingLoss.SETTING_DELETED, VAULT.replace("one", "two") + SETTING)
STORAGE = change(
    "any.name", LoggingLoss.SETTING_DELETED, "/x/providers/microsoft.storage/accounts/a" + SETTING
)
HUB = change("any.name", LoggingLoss.HUB, "/subscriptions/s9/hub", tenant_id="t9")
EXEMPTION = change("any.name", LoggingLoss.ACCOUNT)
ENTRA = change("any.name", LoggingLoss.SETTING_DELETED, "/providers/microsoft.aadiam/diagnosticsettings/x")
GONE = change("any.name", "", VAULT, operation="Microsoft.KeyVault/vaults/delete")
AGENT = change("any.name", LoggingLoss.AGENT, VAULT + "/extensions/monitor")
CLOUDTRAIL = change(
    "any.name",
    LoggingLoss.TRAIL,
    account_id="111122223333",
    tenant_id="",
    operation="StopLogging",
    source="aws.cloudtrail",
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([OWN_SETTING, SIBLING, HUB, EXEMPTION], OWN_SETTING),
        ([SIBLING, HUB, EXEMPTION], SIBLING),
        ([HUB, EXEMPTION], HUB),
        ([EXEMPTION], EXEMPTION),
        ([GONE, SIBLING], GONE),
        ([AGENT, SIBLING, EXEMPTION], AGENT),
        ([STORAGE], None),
        ([ENTRA], None),
        ([CLOUDTRAIL], None),
        ([], None),
    ],
)
def test_the_change_that_fits_best_is_named(
    changes: list[LoggingChange], expected: LoggingChange | None
) -> None:
    assert culprit(changes, ENTITY, VAULT, SINCE) == expected


def test_entras_setting_explains_every_source_of_entra() -> None:
    assert culprit([ENTRA], Entity("entra.signin", "t1", "SignInLogs"), "", SINCE) == ENTRA


def test_a_trail_that_was_stopped_explains_only_its_own_account() -> None:
    assert culprit([CLOUDTRAIL], Entity("aws.cloudtrail", "111122223333", ""), "", SINCE) == CLOUDTRAIL
    assert culprit([CLOUDTRAIL], Entity("aws.cloudtrail", "999988887777", ""), "", SINCE) is None


def test_a_change_in_another_tenant_explains_nothing_but_the_hub_may_be_anywhere() -> None:
    elsewhere = replace(OWN_SETTING, tenant_id="t2")
    assert culprit([elsewhere], ENTITY, VAULT, SINCE) is None
    assert culprit([HUB], ENTITY, VAULT, SINCE) == HUB


@pytest.mark.parametrize(
    ("away", "named"),
    [
        (-BEFORE + timedelta(seconds=1), True),
        (-BEFORE - timedelta(seconds=1), False),
        (AFTER - timedelta(seconds=1), True),
        (AFTER + timedelta(seconds=1), False),
    ],
)
def test_only_what_happened_about_then_is_named(away: timedelta, named: bool) -> None:
    moved = replace(OWN_SETTING, time=SINCE + away.total_seconds())
    assert (culprit([moved], ENTITY, VAULT, SINCE) == moved) is named


def test_of_equal_changes_the_later_is_named() -> None:
    earlier = replace(OWN_SETTING, time=SINCE - 600, actor="mallory@contoso.example")
    assert culprit([earlier, OWN_SETTING], ENTITY, VAULT, SINCE) == OWN_SETTING


def test_changes_are_kept_once_a_thing_and_forgotten_in_time() -> None:
    changes = LoggingChanges(SqliteStore(":memory:"))
    changes.keep([OWN_SETTING, SIBLING, replace(OWN_SETTING, time=SINCE, actor="later")])
    assert [one.actor for one in changes.all()] == ["later", "eve@contoso.example"]
    changes.remove_old(datetime.fromtimestamp(SINCE, UTC) + KEEP - timedelta(seconds=1))
    assert [one.actor for one in changes.all()] == ["later"]
    changes.remove_old(datetime.fromtimestamp(SINCE, UTC) + KEEP + timedelta(seconds=1))
    assert changes.all() == []


def test_only_what_a_silence_can_follow_from_is_remembered() -> None:
    assert OWN_SETTING.explains
    assert GONE.explains
    assert not change("entra.password_spray").explains
