"""The analytics rules keep to Sentinel's limits, and name columns that their queries give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from build.infrastructure.rules import (
    ALERTS_A_RUN,
    MAX_DETAILS,
    MAX_ENTITIES,
    MAX_IDENTIFIERS,
    MAX_QUERY,
    RULES,
    Rule,
    query_of,
    rules_json,
)
from lab.parts.kusto import Verdict
from shared.alerts.alert import Alert
from shared.alerts.alert_row import to_row
from shared.base.severity import Severity
from shared.coverage.attack import tactics

IDENTIFIERS = {
    "Account": {"Name", "UPNSuffix", "AadUserId"},
    "IP": {"Address"},
    "AzureResource": {"ResourceId"},
    "CloudApplication": {"Name"},
    "Host": {"HostName", "DnsDomain"},
    "URL": {"Url"},
}
TACTICS = frozenset(
    """Reconnaissance ResourceDevelopment InitialAccess Execution Persistence PrivilegeEscalation DefenseEvasion
    CredentialAccess Discovery LateralMovement Collection Exfiltration CommandAndControl Impact PreAttack
    ImpairProcessControl InhibitResponseFunction""".split()
)
PROPERTIES = frozenset(
    """AlertLink ConfidenceLevel ConfidenceScore ExtendedLinks ProductName ProviderName ProductComponentName
    RemediationSteps Techniques""".split()
)

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def properties(rule: Rule) -> dict[str, Any]:
    (found,) = [one["properties"] for one in rules_json()[rule.kind] if one["name"] == rule.name]
    assert isinstance(found, dict)
    return found


def named_columns(made: Mapping[str, Any]) -> Iterator[str]:
    for mapping in made.get("entityMappings", ()):
        yield from (field["columnName"] for field in mapping["fieldMappings"])
    yield from made.get("customDetails", {}).values()
    override = made["alertDetailsOverride"]
    yield from (one["value"] for one in override["alertDynamicProperties"])
    yield from (override[name] for name in override if name.endswith("ColumnName"))
    for name in ("alertDisplayNameFormat", "alertDescriptionFormat"):
        yield from re.findall(r"{{(\w+)}}", override[name])


@every_rule
def test_what_a_rule_names_is_a_column_of_its_query(rule: Rule, verdicts: Mapping[str, Verdict]) -> None:
    assert set(named_columns(properties(rule))) <= verdicts[f"rule {rule.name}"].columns.keys()


@every_rule
def test_a_rule_keeps_to_the_limits(rule: Rule) -> None:
    made = properties(rule)
    assert len(made["query"]) <= MAX_QUERY
    assert len(made.get("entityMappings", ())) <= MAX_ENTITIES
    assert len(made.get("customDetails", ())) <= MAX_DETAILS
    assert not re.search(r"\b(search|union)\s+\*", made["query"])
    for mapping in made.get("entityMappings", ()):
        identifiers = {field["identifier"] for field in mapping["fieldMappings"]}
        assert identifiers <= IDENTIFIERS[mapping["entityType"]]
        assert len(identifiers) <= MAX_IDENTIFIERS
    assert {
        one["alertProperty"] for one in made["alertDetailsOverride"]["alertDynamicProperties"]
    } <= PROPERTIES


@every_rule
def test_a_rule_looks_back_at_least_as_far_as_it_runs_apart(rule: Rule) -> None:
    if rule.kind == "NRT":
        assert "queryFrequency" not in properties(rule)
        return
    units = {"M": 1, "H": 60, "D": 24 * 60}
    every, period = (
        int(number) * units[unit]
        for text in (rule.every, rule.period)
        for number, unit in re.findall(r"^PT?(\d+)([MHD])$", text)
    )
    assert 5 <= every <= period <= 14 * 24 * 60
    assert period < 2 * 24 * 60 or every >= 60, "Sentinel takes long look-backs hourly at most"


@every_rule
def test_a_rule_for_alerts_leaves_closed_ones_out_and_takes_each_once(rule: Rule) -> None:
    if not rule.raises_alerts:
        return
    query = query_of(rule)
    assert f'EventSeverity == "{rule.severity}" and AlertStatus == "Active"' in query
    assert "arg_min(IngestedAt, *) by EventUid" in query or re.search(
        r"^TelltaleAlerts$", query, re.MULTILINE
    )
    assert properties(rule)["eventGroupingSettings"] == {"aggregationKind": "AlertPerResult"}
    assert (
        properties(rule)["incidentConfiguration"]["groupingConfiguration"]["matchingMethod"] == "AllEntities"
    )


@every_rule
def test_a_scheduled_rule_stays_below_the_alerts_of_a_run_and_makes_up_for_the_rest(rule: Rule) -> None:
    if not rule.raises_alerts or rule.kind == "NRT":
        return
    (most,) = re.findall(r"^\| top (\d+) by IngestedAt asc$", query_of(rule), re.MULTILINE)
    assert int(most) < ALERTS_A_RUN["Scheduled"]
    assert "join kind=leftanti raised on EventUid" in query_of(rule)


def test_each_severity_that_makes_incidents_has_its_rule_and_high_is_near_real_time() -> None:
    tiers = {(rule.severity, rule.kind) for rule in RULES if rule.raises_alerts}
    assert tiers == {("High", "NRT"), ("High", "Scheduled"), ("Medium", "Scheduled"), ("Low", "Scheduled")}
    assert not any(rule.severity == "Informational" for rule in RULES)


def test_sentinel_knows_every_tactic_that_an_alert_can_carry() -> None:
    moment = datetime(2026, 3, 10, 9, tzinfo=UTC)
    alert = Alert("u", "r", "n", Severity.HIGH, moment, moment, tactics=tactics())
    assert set(str(to_row(alert)["Tactics"]).split(",")) <= TACTICS
