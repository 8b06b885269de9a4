"""Google Workspace: activities of users and administrators, as the Reports API gives them.

Fields: developers.google.com, Reports API, activities. Some forwarders write one record for each of its `events`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.paths import Record, as_text
from shared.events.results import FAILURE, SUCCESS
from shared.events.source_definition import Field, HeadPaths, Source


def _is_activity(record: Record) -> bool:
    if record.get("kind") == "admin#reports#activity":
        return True
    identity = record.get("id")
    return isinstance(identity, dict) and ("applicationName" in identity or "applicationname" in identity)


def _result(value: Any) -> str | None:
    """What happened was done, unless its name says that it failed (`login_failure`, `2sv_disable` was done)."""
    name = as_text(value)
    if name is None:
        return None
    return FAILURE if name.lower().endswith(("_failure", "_failed", "_denied", "_blocked")) else SUCCESS


google_workspace = Source(
    id="google.workspace",
    title="Google Workspace activity",
    recognise=_is_activity,
    recognising_keys=("id",),
    times=("id.time", "time"),
    head=HeadPaths(time="time", category="type", operation="name", tenant="ownerDomain"),
    fields={
        "operation": Field(
            "name", "events.0.name", "parameters.triggered_actions.0.action_type", "id.applicationName"
        ),
        "event_result_details": Field("parameters.login_failure_type", "parameters.severity"),
        "event_result": Field("name", "events.0.name", normalise=_result),
        "actor_username": Field("actor.email", "actor.key", "parameters.actor"),
        "actor_user_id": Field("actor.profileId", "actor.key"),
        "actor_user_type": Field("actor.callerType"),
        "src_ip_addr": Field("ipAddress", normalise=address),
        "app_name": Field("id.applicationName"),
        "target_name": Field(
            "parameters.doc_title", "parameters.GROUP_EMAIL", "parameters.app_name", "parameters.ROLE_NAME"
        ),
        "target_id": Field("parameters.doc_id", "parameters.client_id"),
        "target_type": Field("type", "events.0.type", "parameters.doc_type"),
        "target_username": Field(
            "parameters.USER_EMAIL", "parameters.target_user", "parameters.affected_email_address"
        ),
        "tenant_id": Field("id.customerId", "ownerDomain"),
        "record_id": Field("id.uniqueQualifier"),
        "rule_name": Field("parameters.rule_name"),
    },
    data_components=("User Account Authentication", "Application Log Content", "User Account Modification"),
    log_sources=("saas:googleworkspace", "gcp:workspaceaudit"),
    usual_gap=timedelta(minutes=30),
)
