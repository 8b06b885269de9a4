"""The analytics rules of Sentinel: which query, how often, and what of a row becomes the incident.

One rule for each severity tier, not one for each detector: Sentinel allows 50 near-real-time rules, and a new
detector needs no deployment. Sources: "Near-real-time analytics rules", "Scheduled analytics rules", "Entity types
reference" and "Customize alert details" on Microsoft Learn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from build.infrastructure.functions import KQL

Severity = Literal["High", "Medium", "Low", "Informational"]

FUNCTION: Final = "TelltaleAlerts"
MAX_QUERY: Final = 10_000
MAX_ENTITIES: Final = 10
MAX_IDENTIFIERS: Final = 3
MAX_DETAILS: Final = 20
ALERTS_A_RUN: Final = {"NRT": 30, "Scheduled": 150}

ENTITIES: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("Account", {"Name": "ActorName", "UPNSuffix": "AccountUpnSuffix", "AadUserId": "AccountObjectId"}),
    (
        "Account",
        {"Name": "TargetAccountName", "UPNSuffix": "TargetUpnSuffix", "AadUserId": "TargetObjectId"},
    ),
    ("IP", {"Address": "SrcIpAddr"}),
    ("IP", {"Address": "DstIpAddr"}),
    ("AzureResource", {"ResourceId": "AzureResourceId"}),
    ("CloudApplication", {"Name": "AppName"}),
    ("Host", {"HostName": "DvcHostname", "DnsDomain": "DvcDomain"}),
    ("URL", {"Url": "Url"}),
)
"""Entities of an alert. Name and UPNSuffix together, or AadUserId alone, identify an account; a name with its domain
in Name does not any more. CloudApplication has no AppId here: the identifier takes a number, and ours is a GUID.
"""

DETAILS: Final = {
    "EventUid": "EventUid",
    "Detector": "RuleName",
    "DetectorVersion": "DetectorVersion",
    "Source": "Source",
    "Operation": "OperationText",
    "Events": "EventCount",
    "FirstEvent": "EventStartTime",
    "Criticality": "ResourceCriticality",
    "Country": "SrcGeoCountry",
    "Customer": "Customer",
    "ActorObjectId": "AccountObjectId",
    "Target": "TargetText",
    "TargetId": "TargetId",
    "TargetType": "TargetType",
    "ResourceId": "AzureResourceId",
    "AppId": "AppId",
    "TenantId": "SourceTenantId",
    "CorrelationId": "CorrelationId",
    "Cut": "CutFields",
}
"""What stands beside the entities of an alert, and what playbooks read; 20 at most, 2 KB together."""

ALERT_PROPERTIES: Final = {
    "AlertLink": "AlertLink",
    "ConfidenceLevel": "Confidence",
    "ConfidenceScore": "ConfidenceScore",
    "ProductName": "EventProduct",
    "ProviderName": "EventVendor",
    "ProductComponentName": "RuleName",
    "RemediationSteps": "RemediationSteps",
    "Techniques": "AlertTechniques",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """An analytics rule. `query` names a file in `infra/kql/rules`; `every` and `period` are ISO 8601 durations."""

    name: str
    title: str
    description: str
    severity: Severity
    query: str
    kind: Literal["Scheduled", "NRT"] = "Scheduled"
    every: str = "PT10M"
    period: str = "P1D"
    raises_alerts: bool = True
    """Whether its results are rows of the table of alerts; else what the query says of the collector itself."""
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()


RULES: Final = (
    Rule(
        "telltale-high",
        "Telltale: High",
        "Every High alert of Telltale, as it arrives.",
        "High",
        "high",
        kind="NRT",
    ),
    Rule(
        "telltale-high-missed",
        "Telltale: High, not raised before",
        "High alerts that the near-real-time rule did not raise: beyond 30 in a minute, or while it failed.",
        "High",
        "high_missed",
    ),
    Rule("telltale-medium", "Telltale: Medium", "Every Medium alert of Telltale, once.", "Medium", "medium"),
    Rule("telltale-low", "Telltale: Low", "Every Low alert of Telltale, once.", "Low", "low", every="PT30M"),
    Rule(
        "telltale-dead",
        "Telltale: a collector is silent",
        "A collector of Telltale that sent its heartbeat within the last day sends none any more.",
        "High",
        "collector_silent",
        every="PT15M",
        raises_alerts=False,
        tactics=("DefenseEvasion",),
        techniques=("T1562",),
    ),
)


def query_of(rule: Rule) -> str:
    """The whole query of a rule: its file, and for rows of the table of alerts what they share."""
    text = (KQL / "rules" / f"{rule.query}.kql").read_text("utf-8")
    if re.search(rf"^{FUNCTION}$", text, re.MULTILINE):
        text = _function() + text
    return text + (KQL / "rules" / "columns.fragment").read_text("utf-8") if rule.raises_alerts else text


def _function() -> str:
    """The function of every alert once, as a `let`.

    A rule is validated when it is created, seconds after the table and before the saved function is known everywhere
    (Azure/Azure-Sentinel 14118); so its query holds the function's text, over a table that may be unknown for a moment.
    """
    lines = (KQL / "parsers" / f"{FUNCTION}.kql").read_text("utf-8").splitlines()
    table, *rest = (line for line in lines if line.strip() and not line.startswith("//"))
    arrived, *rest = rest
    return "\n".join([f"let {FUNCTION} = union isfuzzy=true ({table} {arrived})", *rest]) + ";\n"


def rules_json(rules: tuple[Rule, ...] = RULES) -> dict[str, list[dict[str, Any]]]:
    """By kind, what the template takes for `alertRules`: the name and the properties, query included."""
    return {
        kind: [{"name": rule.name, "properties": _properties(rule)} for rule in rules if rule.kind == kind]
        for kind in ("NRT", "Scheduled")
    }


def _properties(rule: Rule) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "displayName": rule.title,
        "description": rule.description,
        "severity": rule.severity,
        "enabled": True,
        "query": query_of(rule),
        "suppressionEnabled": not rule.raises_alerts,
        "suppressionDuration": "PT1H",
        "tactics": list(rule.tactics),
        "techniques": list(rule.techniques),
        "eventGroupingSettings": {
            "aggregationKind": "AlertPerResult" if rule.raises_alerts else "SingleAlert"
        },
        "incidentConfiguration": {"createIncident": True, "groupingConfiguration": _grouping(rule)},
    }
    if rule.kind == "Scheduled":
        properties |= {
            "queryFrequency": rule.every,
            "queryPeriod": rule.period,
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
        }
    return properties | (_of_alerts() if rule.raises_alerts else _of_the_collector())


def _grouping(rule: Rule) -> dict[str, Any]:
    """Alerts about exactly the same accounts, addresses and resources make one incident."""
    return {
        "enabled": True,
        "reopenClosedIncident": False,
        "lookbackDuration": "PT5H" if rule.raises_alerts else "P1D",
        "matchingMethod": "AllEntities" if rule.raises_alerts else "AnyAlert",
        "groupByEntities": [],
        "groupByAlertDetails": [],
        "groupByCustomDetails": [],
    }


def _of_alerts() -> dict[str, Any]:
    return {
        "entityMappings": [
            {
                "entityType": entity,
                "fieldMappings": [
                    {"identifier": identifier, "columnName": column} for identifier, column in fields.items()
                ],
            }
            for entity, fields in ENTITIES
        ],
        "customDetails": DETAILS,
        "alertDetailsOverride": {
            "alertDisplayNameFormat": "{{AlertName}}",
            "alertDescriptionFormat": "{{AlertText}}",
            "alertSeverityColumnName": "EventSeverity",
            "alertTacticsColumnName": "Tactics",
            "alertDynamicProperties": [
                {"alertProperty": name, "value": column} for name, column in ALERT_PROPERTIES.items()
            ],
        },
    }


def _of_the_collector() -> dict[str, Any]:
    return {
        "alertDetailsOverride": {
            "alertDisplayNameFormat": "{{AlertName}}",
            "alertDescriptionFormat": "{{AlertText}}",
            "alertDynamicProperties": [],
        },
    }
