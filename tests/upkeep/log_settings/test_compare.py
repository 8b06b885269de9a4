"""Expected, configured, arriving: each of the eight ways in which the three can differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.upkeep.log_settings._compare import (
    Expectation,
    Lack,
    Resource,
    Seen,
    Setting,
    compared,
    retention,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HUBS = frozenset({("ns-telltale", "telemetry")})
VAULT = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/r/providers/Microsoft.KeyVault/vaults/v1"
TYPE = "microsoft.keyvault/vaults"
EXPECTED = [Expectation(TYPE, ("AuditEvent",))]
RECENT = Seen({"auditevent": NOW - timedelta(minutes=5)})
NEVER = Seen({})


def to_hub(*categories: str, hub: str = "telemetry", namespace: str = "ns-telltale") -> Setting:
    return Setting("s", frozenset(name.casefold() for name in categories), frozenset(), hub, namespace)


def lacks(
    resource: Resource, seen: Seen = RECENT, expected: list[Expectation] = EXPECTED
) -> list[tuple[str, str]]:
    return [(one.lack.value, one.subject) for one in compared(expected, [resource], seen, HUBS, NOW)]


def vault(*settings: Setting) -> Resource:
    return Resource(VAULT, TYPE, settings)


def test_what_is_expected_configured_and_arriving_is_well() -> None:
    assert lacks(vault(to_hub("AuditEvent"))) == []


@pytest.mark.parametrize(
    "settings",
    [
        (),
        (to_hub("AzurePolicyEvaluationDetails"),),
        (Setting("off", frozenset(), frozenset(), "telemetry", "ns-telltale"),),
    ],
)
def test_expected_and_not_configured_is_told_by_resource_even_if_others_of_its_kind_arrive(
    settings: tuple[Setting, ...],
) -> None:
    assert lacks(vault(*settings))[0] == ("not_configured", VAULT)


@pytest.mark.parametrize(
    "setting",
    [
        to_hub("AuditEvent", hub="other"),
        to_hub("AuditEvent", namespace="ns-of-somebody"),
        to_hub("AuditEvent", hub=""),
        Setting("w", frozenset({"auditevent"}), frozenset(), other="workspace law-1"),
    ],
)
def test_what_goes_elsewhere_only_is_not_seen_by_the_collector(setting: Setting) -> None:
    assert lacks(vault(setting)) == [("elsewhere", VAULT)]
    assert lacks(vault(setting, to_hub("AuditEvent"))) == []


def test_configured_and_not_arriving_is_told_once_for_all_resources_of_a_type() -> None:
    resources = [Resource(f"{VAULT}{number}", TYPE, (to_hub("AuditEvent"),)) for number in range(3)]
    (difference,) = compared(EXPECTED, resources, Seen({"auditevent": NOW - timedelta(days=3)}), HUBS, NOW)
    assert (difference.lack, difference.subject) == (Lack.NOT_ARRIVING, TYPE)
    assert difference.detail == "configured on 3 resources; nothing since 2026-11-20 10:00 UTC"
    assert "nothing has ever come" in compared(EXPECTED, resources, NEVER, HUBS, NOW)[0].detail


def test_of_a_rare_category_only_the_setting_is_compared() -> None:
    rare = frozenset({"auditevent"})
    assert compared(EXPECTED, [vault(to_hub("AuditEvent"))], NEVER, HUBS, NOW, rare) == []
    (missing,) = compared(EXPECTED, [vault()], NEVER, HUBS, NOW, rare)
    assert missing.lack is Lack.NOT_CONFIGURED


def test_where_single_resources_are_watched_each_is_judged_by_its_own_records() -> None:
    seen = Seen(RECENT.categories, {("auditevent", VAULT.lower()): NOW - timedelta(days=2)})
    assert lacks(vault(to_hub("AuditEvent")), seen) == [("not_arriving", TYPE)]


def test_a_group_covers_the_categories_in_it() -> None:
    everything = Setting("s", frozenset(), frozenset({"alllogs"}), "telemetry", "ns-telltale")
    audit = Setting("s", frozenset(), frozenset({"audit"}), "telemetry", "ns-telltale")
    assert lacks(vault(everything)) == []
    assert lacks(vault(audit)) == []
    assert lacks(vault(audit), expected=[Expectation(TYPE, ("AzurePolicyEvaluationDetails",))])[0] == (
        "not_configured",
        VAULT,
    )


def test_an_expectation_may_hold_for_a_part_of_the_resources_only() -> None:
    elsewhere = [Expectation(TYPE, ("AuditEvent",), "/subscriptions/ffffffff-0000-0000-0000-000000000000")]
    assert lacks(vault(), NEVER, elsewhere) == []


SITE = "microsoft.web/sites"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("app,linux", ["AppServiceHTTPLogs"]),
        ("functionapp,linux", ["FunctionAppLogs"]),
        ("", ["AppServiceHTTPLogs"]),
    ],
)
def test_kinds_of_one_type_are_expected_to_log_different_things(kind: str, missing: list[str]) -> None:
    sites = [
        Expectation(SITE, ("AppServiceHTTPLogs",), not_kind="functionapp"),
        Expectation(SITE, ("FunctionAppLogs",), kind="functionapp"),
    ]
    site = Resource("/subscriptions/s/providers/Microsoft.Web/sites/shop", SITE, (), kind)
    assert [one.category for one in compared(sites, [site], NEVER, HUBS, NOW)] == missing


def test_what_could_not_be_read_is_not_taken_for_missing() -> None:
    assert lacks(Resource(VAULT, TYPE, None)) == []


def test_what_arrives_and_nobody_declared_is_listed() -> None:
    seen = Seen({**RECENT.categories, "storageread": NOW})
    assert lacks(vault(to_hub("AuditEvent")), seen) == [("not_expected", "storageread")]


def test_retention_below_policy_is_told_with_both_numbers() -> None:
    found = retention(
        [("/W", "SigninLogs", 365), ("/W", "AuditLogs", 90), ("/W", "Missing_CL", 30)],
        {("/w", "signinlogs"): 90, ("/w", "auditlogs"): 90},
    )
    assert [(one.subject, one.detail, one.days) for one in found] == [
        ("/W/tables/SigninLogs", "keeps 90 days, 365 are expected", 365),
        ("/W/tables/Missing_CL", "the workspace has no table Missing_CL; its rows would be kept 30 days", 30),
    ]
