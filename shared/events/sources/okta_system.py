"""Okta System Log: sign-ins, changes of users, applications and policies.

Fields: developer.okta.com, System Log API, LogEvent.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import address
from shared.events.paths import Record, top
from shared.events.results import result_word
from shared.events.source_definition import Field, HeadPaths, Source


def _is_okta(record: Record) -> bool:
    event_type = top(record, "eventType")
    if not isinstance(event_type, str) or "." not in event_type:
        return False
    marks = {
        "published",
        "displayMessage",
        "displaymessage",
        "legacyEventType",
        "debugContext",
        "securityContext",
    }
    actor = record.get("actor")
    return bool(marks & record.keys()) or (isinstance(actor, dict) and "alternateId" in actor)


okta_system = Source(
    id="okta.system",
    title="Okta System Log",
    recognise=_is_okta,
    recognising_keys=("eventType",),
    times=("published",),
    head=HeadPaths(time="published", category="legacyEventType", operation="eventType", tenant="tenantId"),
    fields={
        "operation": Field("eventType"),
        "event_result": Field("outcome.result", normalise=result_word),
        "event_result_details": Field("outcome.reason", "outcome.result"),
        "event_severity": Field("severity"),
        "actor_username": Field("actor.alternateId", "actor.displayName", "actor.id"),
        "actor_user_id": Field("actor.id"),
        "actor_user_type": Field("actor.type"),
        "actor_session_id": Field("authenticationContext.externalSessionId"),
        "session_id": Field("authenticationContext.externalSessionId"),
        "src_ip_addr": Field("client.ipAddress", "request.ipChain.0.ip", normalise=address),
        "src_geo_country": Field("client.geographicalContext.country"),
        "src_geo_city": Field("client.geographicalContext.city"),
        "src_latitude": Field("client.geographicalContext.geolocation.lat"),
        "src_longitude": Field("client.geographicalContext.geolocation.lon"),
        "src_asn": Field("securityContext.asNumber"),
        "http_user_agent": Field("client.userAgent.rawUserAgent"),
        "target_user_id": Field("target.0.id"),
        "target_username": Field("target.0.alternateId"),
        "target_name": Field("target.0.displayName", "target.0.alternateId"),
        "target_type": Field("target.0.type"),
        "target_id": Field("target.0.id"),
        "risk_level": Field("debugContext.debugData.risk", "debugContext.debugData.logOnlySecurityData"),
        "correlation_id": Field("transaction.id"),
        "record_id": Field("uuid"),
        "message": Field("displayMessage"),
    },
    data_components=("Logon Session Creation", "User Account Authentication", "User Account Modification"),
    log_sources=("Okta:SystemLog",),
    usual_gap=timedelta(minutes=30),
)
