"""Fields that every Azure record has at the same place; sources merge their own over them."""

from __future__ import annotations

import re
from typing import Any

from shared.events._addresses import normalise_address
from shared.events.paths import as_text
from shared.events.results import result_word
from shared.events.source_definition import Constant, Field

TIMES = (
    "time",
    "timeStamp",
    "eventTimestamp",
    "EventTimeString",
    "EventTime",
    "properties.timeGenerated",
    "properties.eventTimestamp",
)
"""Names under which Azure services write the time, the usual one first."""

_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]{1,64})", re.IGNORECASE)


def address(value: Any) -> str | None:
    """A network address in its bare form."""
    text = as_text(value)
    return normalise_address(text) if text else None


def subscription_of(value: Any) -> str | None:
    """The subscription id in a resource id, in lower case."""
    text = as_text(value)
    match = _SUBSCRIPTION.match(text) if text else None
    return match.group(1).lower() if match else None


def lowered(value: Any) -> str | None:
    """Text in lower case: resource ids arrive in mixed case and must compare and join."""
    text = as_text(value)
    return text.lower() if text else None


def operation_name(value: Any) -> str | None:
    """The operation, also where it is an object `{value, localizedValue}`."""
    if isinstance(value, dict):
        value = value.get("value") or value.get("localizedValue")
    return as_text(value)


RESOURCE_ID = ("resourceId", "ResourceId", "flowLogResourceID")

BASE: dict[str, Field | Constant] = {
    "operation": Field("operationName", normalise=operation_name, takes_objects=True),
    "event_result": Field("resultType", "resultSignature", normalise=result_word),
    "event_result_details": Field("resultDescription", "resultSignature", "resultType"),
    "event_severity": Field("level"),
    "resource_id": Field(*RESOURCE_ID, normalise=lowered),
    "subscription_id": Field(*RESOURCE_ID, normalise=subscription_of),
    "tenant_id": Field("tenantId"),
    "correlation_id": Field("correlationId"),
    "src_ip_addr": Field("callerIpAddress", normalise=address),
    "region": Field("location"),
}
"""Top-level fields of the common schema of Azure resource logs (learn.microsoft.com: resource-logs-schema)."""
