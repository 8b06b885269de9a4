"""Refusals of the workspace and what stands in it: retention, tables, searches, rules, and the way in."""

from __future__ import annotations

import re
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put
from lab.azure.resource_manager.refusal import Refusal, place_of

_LEARN: Final = "learn.microsoft.com, "
_WORKSPACE: Final = "microsoft.operationalinsights/workspaces"
_YEARS: Final = (1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383)
_TYPES: Final = frozenset({"string", "int", "long", "real", "boolean", "dynamic", "datetime"})


def _retention(put: Put, _: Azure) -> str | None:
    days = put.properties.get("retentionInDays", 30)
    return None if 30 <= days <= 730 else f"retentionInDays {days}: a workspace keeps 30 to 730."


def _deleted(put: Put, azure: Azure) -> str | None:
    was = azure.deleted_workspaces.get(put.id.lower())
    if was is None or was == place_of(put.body.get("location")):
        return None
    return (
        f"The workspace name '{put.name}' is not unique: it was deleted in '{was}', and is kept for 14 days."
    )


def _total_retention(put: Put, _: Azure) -> str | None:
    days, total = put.properties.get("retentionInDays", 30), put.properties.get("totalRetentionInDays")
    if not 4 <= days <= 730:
        return f"retentionInDays {days} of a table: 4 to 730."
    if total is None:
        return None
    if not 4 <= total <= 730 and total not in _YEARS:
        allowed = ", ".join(map(str, _YEARS))
        return (
            "The specified total retention value is invalid. The value beyond two years is restricted to full years. "
            f"Allowed values are: [4-730], {allowed} days."
        )
    return f"totalRetentionInDays {total} is less than retentionInDays {days}." if total < days else None


def _table(put: Put, _: Azure) -> str | None:
    name = put.id.rpartition("/")[2]
    schema: dict[str, Any] = put.properties.get("schema") or {}
    if not schema:
        return None
    if not re.fullmatch(r"[A-Za-z]\w{0,59}_CL", name) or schema.get("name") != name:
        return f"A custom table's name ends with _CL and is that of its schema; '{name}' is not."
    columns = {one["name"]: one["type"].lower() for one in schema.get("columns", [])}
    if columns.get("TimeGenerated") != "datetime":
        return "misses mandatory fields: TimeGenerated, of the type DateTime."
    wrong = [one for one, kind in columns.items() if kind not in _TYPES | {"guid"} or len(one) > 45]
    if wrong or len(columns) > 500:
        return f"The column '{wrong[0] if wrong else len(columns)}' is not possible."
    return None


def _columns_stay(put: Put, _: Azure) -> str | None:
    def columns(properties: dict[str, Any]) -> dict[str, str]:
        return {
            one["name"]: one["type"].lower() for one in (properties.get("schema") or {}).get("columns", [])
        }

    if put.before is None:
        return None
    was, wanted = columns(put.before.properties), columns(put.properties)
    changed = [name for name, kind in wanted.items() if was.get(name, kind) != kind]
    return f"The type of the column '{changed[0]}' cannot be changed." if changed else None


def _etag(put: Put, _: Azure) -> str | None:
    if put.before is None or put.properties.get("etag") == "*":
        return None
    return "An etag must be given, and be that of the saved search or '*', to write it again."


def _sentinel(put: Put, azure: Azure) -> str | None:
    state = f"{put.scope}/providers/Microsoft.SecurityInsights/onboardingStates/default"
    return (
        None
        if azure.get(state) is not None
        else f"Workspace '{put.scope}' is not onboarded to Microsoft Sentinel."
    )


def _minutes(text: object) -> int:
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", str(text))
    if found is None:
        return -1
    days, hours, minutes = (int(one or 0) for one in found.groups())
    return (days * 24 + hours) * 60 + minutes


def _schedule(put: Put, _: Azure) -> str | None:
    if put.body.get("kind") != "Scheduled":
        return None
    every, back = _minutes(put.properties.get("queryFrequency")), _minutes(put.properties.get("queryPeriod"))
    if not 5 <= every <= 20160 or not 5 <= back <= 20160:
        return "queryFrequency and queryPeriod are 5 minutes to 14 days."
    if back < every:
        return "queryPeriod is not shorter than queryFrequency."
    if back >= 2880 and every < 60:
        return "A rule that looks back two days or more runs once an hour at most."
    return None


def _suppression(put: Put, _: Azure) -> str | None:
    lasts = _minutes(put.properties.get("suppressionDuration", "PT5H"))
    if not 5 <= lasts <= 1440:
        return "suppressionDuration is 5 minutes to 24 hours."
    if lasts < _minutes(put.properties.get("queryFrequency")):
        return "'suppressionDuration' should be greater than or equal to 'queryFrequency'."
    return None


def _enrichment(put: Put, _: Azure) -> str | None:
    properties = put.properties
    if not 1 <= len(str(properties.get("query", ""))) <= 10_000:
        return "The query of a rule has 1 to 10,000 characters."
    if len(properties.get("customDetails") or {}) > 20:
        return "A rule has 20 custom details at most."
    mappings = properties.get("entityMappings") or []
    if len(mappings) > 10 or any(len(one.get("fieldMappings", [])) > 3 for one in mappings):
        return "A rule maps ten entities at most, each with three identifiers at most."
    return None


def _near_real_time(put: Put, azure: Azure) -> str | None:
    rules = [
        one
        for one in azure.below(put.scope, put.type)
        if one.body.get("kind") == "NRT" and one.id.lower() != put.id.lower()
    ]
    if put.body.get("kind") == "NRT" and len(rules) >= 50:
        return "There may be 50 near-real-time rules."
    return None


_FUZZY: Final = re.compile(r"union\s+(?:kind\s*=\s*\w+\s+)?isfuzzy\s*=\s*true\s*\(?\s*$")


def _reads(put: Put, azure: Azure) -> str | None:
    """Tables and functions that were made by the same deployment may not be known yet; others that are not there."""
    query = re.sub(r"//[^\n]*", "", str(put.properties.get("query", "")))
    query = re.sub(r"""@?"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""", '""', query)
    bound = set(re.findall(r"\blet\s+(\w+)\s*=", query))
    tables = {one.id.rpartition("/")[2]: one.id for one in azure.below(put.scope, f"{_WORKSPACE}/tables")}
    functions = {
        str(one.properties.get("functionAlias")): one.id
        for one in azure.below(put.scope, f"{_WORKSPACE}/savedSearches")
        if one.properties.get("functionAlias")
    }
    known = tables | functions
    for found in re.finditer(r"\b[A-Za-z]\w*\b", query):
        name = found[0]
        if name in bound or not (name in known or name.endswith("_CL")):
            continue
        if _FUZZY.search(query[: found.start()]):
            continue
        if name not in known or known[name].lower() in azure.fresh:
            return f"Failed to run the analytics rule query. One of the tables does not exist: '{name}'."
    return None


def _flows(put: Put, azure: Azure) -> str | None:
    declared: dict[str, Any] = put.properties.get("streamDeclarations") or {}
    for name, stream in declared.items():
        if not name.startswith("Custom-"):
            return f"The stream '{name}' does not begin with Custom-."
        wrong = [one["name"] for one in stream["columns"] if one["type"] not in _TYPES]
        if wrong:
            return f"The column '{wrong[0]}' of '{name}' has a type that a stream does not know."
    targets = {
        one["name"]: str(one["workspaceResourceId"])
        for one in (put.properties.get("destinations") or {}).get("logAnalytics", [])
    }
    for flow in put.properties.get("dataFlows") or []:
        if any(one.startswith("Custom-") and one not in declared for one in flow["streams"]):
            return f"The stream '{flow['streams'][0]}' is not declared."
        for name in flow["destinations"]:
            if name not in targets:
                return f"The destination '{name}' is not declared."
            table = str(flow.get("outputStream", "")).removeprefix("Custom-")
            if table.endswith("_CL") and azure.get(f"{targets[name]}/tables/{table}") is None:
                return f"Table for output stream '{flow['outputStream']}' is not available for destination '{name}'."
            if table.endswith("_CL") and table == flow["outputStream"]:
                return f"'{table}' is no valid output stream: it must begin with Custom-."
    return None


def _rule_region(put: Put, azure: Azure) -> str | None:
    for one in (put.properties.get("destinations") or {}).get("logAnalytics", []):
        found = azure.get(str(one["workspaceResourceId"]))
        if found is None:
            return f"The workspace '{one['workspaceResourceId']}' was not found."
        if place_of(found.body.get("location")) != place_of(put.body.get("location")):
            return (
                f"The rule must be in '{place_of(found.body.get('location'))}', the region of its workspace."
            )
    return None


def _short_name(put: Put, _: Azure) -> str | None:
    name = str(put.properties.get("groupShortName", ""))
    if 1 <= len(name) <= 12:
        return None
    return (
        f"The action group short name '{name}' is too long. Please specify one with '12' or less characters."
    )


def _alert(put: Put, _: Azure) -> str | None:
    every, window = (
        _minutes(put.properties.get("evaluationFrequency")),
        _minutes(put.properties.get("windowSize")),
    )
    if every not in (1, 5, 15, 30, 60):
        return "evaluationFrequency is PT1M, PT5M, PT15M, PT30M or PT1H."
    if window not in (1, 5, 15, 30, 60, 360, 720, 1440) or window < every:
        return "windowSize is PT1M to P1D, and not shorter than evaluationFrequency."
    return None


_RULE: Final = "microsoft.securityinsights/alertrules"
_SCHEDULED: Final = _LEARN + "Scheduled analytics rules in Microsoft Sentinel"

WORKSPACE_REFUSALS: Final = (
    Refusal(
        "retention of a workspace",
        _WORKSPACE,
        "BadRequest",
        "hashicorp/terraform-provider-azurerm 28272",
        _retention,
    ),
    Refusal(
        "a deleted workspace keeps its region",
        _WORKSPACE,
        "Conflict",
        "Azure/azure-cli 11916; learn.microsoft.com, Delete and recover a Log Analytics workspace",
        _deleted,
    ),
    Refusal(
        "retention of a table",
        f"{_WORKSPACE}/tables",
        "InvalidParameter",
        "MicrosoftDocs/azure-docs 96177",
        _total_retention,
    ),
    Refusal(
        "a custom table",
        f"{_WORKSPACE}/tables",
        "SchemaUpdateFatalError",
        "hashicorp/terraform-provider-azurerm 21897; learn.microsoft.com, Add or delete tables and columns",
        _table,
    ),
    Refusal(
        "types of columns stay",
        f"{_WORKSPACE}/tables",
        "InvalidParameter",
        _LEARN + "Add or delete tables and columns in Azure Monitor Logs",
        _columns_stay,
    ),
    Refusal(
        "saved searches are written again with an etag",
        f"{_WORKSPACE}/savedsearches",
        "Conflict",
        "MicrosoftDocs/azure-docs 49275",
        _etag,
    ),
    Refusal(
        "rules after Microsoft Sentinel",
        _RULE,
        "BadRequest",
        _LEARN + "Quickstart: Onboard Microsoft Sentinel",
        _sentinel,
    ),
    Refusal("schedule of a rule", _RULE, "BadRequest", _SCHEDULED, _schedule),
    Refusal(
        "suppression of a rule", _RULE, "BadRequest", _SCHEDULED + "; wortell/AZSentinel 161", _suppression
    ),
    Refusal(
        "query, details and entities of a rule",
        _RULE,
        "BadRequest",
        _SCHEDULED + "; Map data fields to entities",
        _enrichment,
    ),
    Refusal(
        "fifty near-real-time rules",
        _RULE,
        "BadRequest",
        _LEARN + "Near-real-time (NRT) analytics rules",
        _near_real_time,
    ),
    Refusal(
        "rules read what is there",
        _RULE,
        "BadRequest",
        "Azure/Azure-Sentinel 14118; criblio/Cribl-Microsoft 56; learntocloud/learn-to-cloud-app 586",
        _reads,
    ),
    Refusal(
        "streams of a data collection rule",
        "microsoft.insights/datacollectionrules",
        "InvalidPayload",
        "MicrosoftDocs/azure-docs 113557 and 94401; learn.microsoft.com, Structure of a data collection rule",
        _flows,
    ),
    Refusal(
        "a data collection rule in its workspace's region",
        "microsoft.insights/datacollectionrules",
        "InvalidPayload",
        "MicrosoftDocs/azure-docs 110228; MicrosoftLearning/SC-200T00A 266",
        _rule_region,
    ),
    Refusal(
        "short name of an action group",
        "microsoft.insights/actiongroups",
        "GroupShortNameIsTooLong",
        "Azure/azure-rest-api-specs 2840",
        _short_name,
    ),
    Refusal(
        "windows of a metric alert",
        "microsoft.insights/metricalerts",
        "BadRequest",
        _LEARN + "Metric alerts, REST API reference; from memory",
        _alert,
    ),
)
