"""Refusals of Event Hubs and of the diagnostic settings that send to them."""

from __future__ import annotations

from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put, Refused, Stored
from lab.azure.resource_manager.refusal import Refusal, place_of

_UNITS: Final = {"Basic": range(1, 41), "Standard": range(1, 41), "Premium": (1, 2, 4, 6, 8, 10, 12, 16)}
_PARTITIONS: Final = {"Basic": 32, "Standard": 32, "Premium": 100}
_HOURS: Final = {"Basic": 24, "Standard": 168, "Premium": 2160}
_HUBS: Final = {"Basic": 10, "Standard": 10, "Premium": 100}
_GROUPS: Final = {"Basic": 1, "Standard": 20, "Premium": 100}
_NAMESPACE: Final = "microsoft.eventhub/namespaces"
_QUOTAS: Final = "learn.microsoft.com, Azure Event Hubs quotas and limits"


def tier_of(namespace: Stored | None) -> str:
    """The tier of a namespace; Standard where there is none."""
    if namespace is None or namespace.type.lower() != _NAMESPACE:
        return "Standard"
    return str((namespace.body.get("sku") or {}).get("name", "Standard"))


def _units(put: Put, _: Azure) -> str | None:
    sku = put.body.get("sku") or {}
    allowed = _UNITS.get(str(sku.get("name")))
    if allowed is None:
        return f"'{sku.get('name')}' is no tier of a namespace."
    if sku.get("capacity", 1) not in allowed:
        return f"The capacity {sku.get('capacity')} is not possible on {sku['name']}."
    return None


def _inflation(put: Put, _: Azure) -> str | None:
    sku, most = put.body.get("sku") or {}, put.properties.get("maximumThroughputUnits", 0)
    if not put.properties.get("isAutoInflateEnabled"):
        return "MaximumThroughputUnits must be 0 where auto-inflate is off." if most else None
    if sku.get("name") != "Standard":
        return f"Auto-inflate is not supported on {sku.get('name')}."
    if not sku.get("capacity", 1) <= most <= 40:
        return f"MaximumThroughputUnits {most} is not between the capacity and 40."
    return None


def _tier_stays(put: Put, _: Azure) -> str | None:
    was, wanted = tier_of(put.before), str((put.body.get("sku") or {}).get("name"))
    if put.before is None or was == wanted or "Premium" not in (was, wanted):
        return None
    return f"The namespace cannot be changed from {was} to {wanted}."


def _hub(put: Put, azure: Azure) -> str | None:
    tier = tier_of(azure.get(put.scope))
    partitions = put.properties.get("partitionCount", 1)
    hours = (put.properties.get("retentionDescription") or {}).get("retentionTimeInHours", 1)
    if not 1 <= partitions <= _PARTITIONS[tier]:
        return f"PartitionCount {partitions}: {tier} has 1 to {_PARTITIONS[tier]}."
    if not 1 <= hours <= _HOURS[tier]:
        return f"RetentionTimeInHours {hours}: {tier} keeps 1 to {_HOURS[tier]}."
    return None


def _how_many(put: Put, azure: Azure) -> str | None:
    kind = put.type.lower()
    namespace = "/".join(put.id.split("/")[:9])
    tier = tier_of(azure.get(namespace))
    most = {
        f"{_NAMESPACE}/eventhubs": _HUBS[tier],
        f"{_NAMESPACE}/eventhubs/consumergroups": _GROUPS[tier],
        f"{_NAMESPACE}/authorizationrules": 12,
    }.get(kind)
    there = {one.id.lower() for one in azure.below(put.scope, put.type)} | {put.id.lower()}
    if most is not None and len(there) > most:
        return f"There may be {most} of {put.type} on {tier}."
    return None


def _rights(put: Put, _: Azure) -> str | None:
    rights = set(put.properties.get("rights") or [])
    if not rights <= {"Send", "Listen", "Manage"} or not rights:
        return f"The rights {sorted(rights)} are not of Send, Listen and Manage."
    if "Manage" in rights and len(rights) < 3:
        return "Manage needs Send and Listen too."
    return None


def _sink(put: Put, azure: Azure) -> tuple[Stored | None, Stored | None, str]:
    rule = str(put.properties.get("eventHubAuthorizationRuleId", ""))
    return azure.get(rule), azure.get(rule.rpartition("/authorizationRules/")[0]), rule


def _sink_there(put: Put, azure: Azure) -> str | None:
    rule, namespace, identity = _sink(put, azure)
    if not identity:
        return None
    if rule is None or namespace is None:
        return f"The authorization rule '{identity}' does not exist."
    name = put.properties.get("eventHubName")
    if name and azure.get(f"{namespace.id}/eventhubs/{name}") is None:
        return f"The event hub '{name}' does not exist in '{namespace.name}'."
    return None


def _sink_manages(put: Put, azure: Azure) -> str | None:
    rule, _, _ = _sink(put, azure)
    if rule is None or put.properties.get("eventHubName") or "Manage" in rule.properties.get("rights", []):
        return None
    return (
        "If a valid EventHub name is not specified in the diagnostic setting, the EventHub authorization rule "
        "requires manage|send|listen access."
    )


def _sink_keys(put: Put, azure: Azure) -> str | None:
    rule, _, identity = _sink(put, azure)
    if rule is None:
        return None
    try:
        azure.allow(put.caller, f"{rule.type}/listKeys/action", identity)
    except Refused:
        return f"The client has no permission to list the keys of the linked scope '{identity}'."
    return None


def region_of(azure: Azure, identity: str) -> str:
    """The region of a resource, or of what it is part of; 'global' where nothing says one."""
    while identity.count("/") > 4:
        found = azure.get(identity)
        if found is not None and "location" in found.body:
            return place_of(found.body["location"])
        identity = identity.rpartition("/")[0].rpartition("/")[0]
    return "global"


def _sink_region(put: Put, azure: Azure) -> str | None:
    _, namespace, _ = _sink(put, azure)
    if namespace is None:
        return None
    here, there = region_of(azure, put.scope), place_of(namespace.body.get("location"))
    if here in ("global", there):
        return None
    return (
        f"Resources should be in the same region. Resource '{put.scope}' is in region '{here}' and resource "
        f"'{namespace.id}' is in region '{there}'."
    )


def _settings(put: Put, azure: Azure) -> list[Stored]:
    return [
        one
        for one in azure.below(put.scope, put.type)
        if one.id.lower() != put.id.lower()
        and one.id.lower().rpartition("/providers/")[0] == put.scope.lower().rstrip("/")
    ]


def _five_settings(put: Put, azure: Azure) -> str | None:
    return "A resource may have five diagnostic settings." if len(_settings(put, azure)) >= 5 else None


def _sink_once(put: Put, azure: Azure) -> str | None:
    def sinks(properties: dict[str, Any]) -> set[tuple[str, str, str]]:
        rule = str(properties.get("eventHubAuthorizationRuleId", "")).lower()
        hub = str(properties.get("eventHubName", "")).lower()
        return {(rule, hub, one["category"]) for one in properties.get("logs", []) if one.get("enabled")}

    for one in _settings(put, azure):
        both = sinks(one.properties) & sinks(put.properties)
        if both:
            rule, _, category = min(both)
            return f"Data sink '{rule}' is already used in diagnostic setting '{one.name}' for category '{category}'."
    return None


_SETTING: Final = "microsoft.insights/diagnosticsettings"
_SETTINGS_PAGE: Final = "learn.microsoft.com, Diagnostic settings in Azure Monitor"

HUB_REFUSALS: Final = (
    Refusal("units of a namespace", _NAMESPACE, "BadRequest", _QUOTAS, _units),
    Refusal(
        "automatic inflation",
        _NAMESPACE,
        "BadRequest",
        "learn.microsoft.com, Automatically scale up throughput units; hashicorp/terraform-provider-azurerm 10244",
        _inflation,
    ),
    Refusal(
        "a namespace keeps its tier", _NAMESPACE, "BadRequest", "MicrosoftDocs/azure-docs 105023", _tier_stays
    ),
    Refusal("partitions and retention of a tier", f"{_NAMESPACE}/eventhubs", "BadRequest", _QUOTAS, _hub),
    Refusal("how many hubs, groups and rules", "", "QuotaExceeded", _QUOTAS, _how_many),
    Refusal(
        "rights of a rule",
        f"{_NAMESPACE}/authorizationrules",
        "BadRequest",
        "learn.microsoft.com, Authorize access to Event Hubs with shared access signatures; from memory",
        _rights,
    ),
    Refusal("the hub of a setting is there", _SETTING, "ResourceNotFound", _SETTINGS_PAGE, _sink_there),
    Refusal("a setting names its hub", _SETTING, "BadRequest", "Azure/azure-policy 995", _sink_manages),
    Refusal(
        "the keys of a setting's rule",
        _SETTING,
        "LinkedAuthorizationFailed",
        "learn.microsoft.com, Remediate noncompliant resources with Azure Policy",
        _sink_keys,
    ),
    Refusal(
        "a hub of the resource's region",
        _SETTING,
        "BadRequest",
        "MicrosoftDocs/azure-docs 38371 and 60218",
        _sink_region,
    ),
    Refusal(
        "five settings a resource", _SETTING, "Conflict", _SETTINGS_PAGE + "; from memory", _five_settings
    ),
    Refusal(
        "one setting a category and hub", _SETTING, "Conflict", _SETTINGS_PAGE + "; from memory", _sink_once
    ),
)
