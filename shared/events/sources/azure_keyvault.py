"""Azure Key Vault: who read, listed or changed secrets, keys and certificates.

Fields: learn.microsoft.com, Key Vault logging (`identity.claim`, in the singular).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record, as_text, top
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_UPN = "[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn]"
_OBJECT = "[http://schemas.microsoft.com/identity/claims/objectidentifier]"


def _object_name(value: Any) -> str | None:
    """The name in a secret's address: https://vault.vault.azure.net/secrets/NAME/version."""
    text = as_text(value)
    if text is None:
        return None
    parts = text.split("/")
    return "/".join(parts[3:5]) if len(parts) > 4 else text


def _is_keyvault(record: Record) -> bool:
    """Other services (Automation, IoT) also call a category AuditEvent; their resources tell."""
    resource = as_text(top(record, "resourceId") or record.get("ResourceId"))
    return (
        resource is None or "/providers/" not in resource.lower() or "microsoft.keyvault" in resource.lower()
    )


azure_keyvault = Source(
    id="azure.keyvault",
    title="Azure Key Vault",
    categories=("AuditEvent",),
    recognise=_is_keyvault,
    head_contains=("resourceId", "microsoft.keyvault"),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "event_result": Field(
                "properties.httpStatusCode", "resultType", "resultSignature", normalise=result_word
            ),
            "event_result_details": Field(
                "resultSignature", "resultDescription", "properties.httpStatusCode"
            ),
            "actor_user_id": Field("identity.claim.oid", f"identity.claim.{_OBJECT}"),
            "actor_username": Field(
                "identity.claim.upn",
                f"identity.claim.{_UPN}",
                "identity.claim.unique_name",
                "identity.claim.appid",
                "identity.claim.oid",
                f"identity.claim.{_OBJECT}",
                "identity.claim.name",
                "identity",
            ),
            "actor_app_id": Field("identity.claim.appid"),
            "app_id": Field("identity.claim.appid"),
            "src_ip_addr": Field("callerIpAddress", "identity.claim.ipaddr", normalise=address),
            "http_user_agent": Field("properties.clientInfo"),
            "http_status_code": Field("properties.httpStatusCode"),
            "target_name": Field("properties.id", "properties.requestUri", normalise=_object_name),
            "url": Field("properties.requestUri", "properties.id"),
        },
    ),
    data_components=("Cloud Service Enumeration", "Cloud Service Modification", "Application Log Content"),
    usual_gap=timedelta(minutes=15),
)
