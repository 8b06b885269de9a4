"""Events of the customer's own applications, by the published contract (`docs/application-events.md`).

What breaks the contract (`shared/events/contract/application_event.py`) is a problem that
names the wrong field, not an event.

The event names are those of the OWASP Application Logging Vocabulary; parameters after a colon
(`authn_login_fail:ann`) belong to the name's description and are cut off for dispatch.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.contract._check import FAMILY, REQUIRED, TYPES, keeps, violation
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Contract, Field, HeadPaths, Source


def _is_application_event(record: Record) -> bool:
    return str(record.get("schema", "")).startswith(FAMILY)


def _event_name(value: Any) -> str | None:
    text = as_text(value)
    return text.split(":", 1)[0].strip() or None if text else None


application = Source(
    id="app",
    title="Application events",
    dynamic=True,
    contract=Contract(types=TYPES, required=REQUIRED, keeps=keeps, violation=violation),
    recognise=_is_application_event,
    recognising_keys=("schema",),
    head=HeadPaths(time="time", category="app", operation="event", tenant="schema"),
    fields={
        "operation": Field("event", normalise=_event_name),
        "event_result": Field("result", normalise=result_word),
        "event_result_details": Field("result_details", "event", normalise=as_text),
        "event_severity": Field("level"),
        "app_name": Field("app"),
        "tenant_id": Field("tenant_id"),
        "actor_user_id": Field("actor_user_id"),
        "actor_username": Field("actor_username", "actor_user_id"),
        "actor_user_type": Field("actor_user_type"),
        "session_id": Field("session_id"),
        "src_ip_addr": Field("src_ip_addr", normalise=address),
        "src_geo_country": Field("src_geo_country"),
        "http_user_agent": Field("http_user_agent"),
        "http_method": Field("http_method"),
        "http_status_code": Field("http_status_code"),
        "url": Field("url"),
        "target_type": Field("target_type"),
        "target_id": Field("target_id"),
        "target_name": Field("target_name", "target_id"),
        "target_username": Field("target_username"),
        "target_user_id": Field("target_user_id"),
        "target_tenant_id": Field("target_tenant_id"),
        "correlation_id": Field("correlation_id"),
        "record_id": Field("event_id"),
        "message": Field("description", "event", normalise=as_text),
        "event_count": Field("count"),
    },
    data_components=("Application Log Content", "User Account Authentication", "Logon Session Creation"),
    log_sources=("saas:application", "saas:auth", "saas:access", "saas:audit", "ApplicationLog:API"),
    usual_gap=timedelta(minutes=15),
)
