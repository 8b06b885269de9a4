"""GitHub: the audit log of organisations and enterprises, and the events of webhooks.

Fields: docs.github.com, audit log events and webhook events and payloads. Audit times are in milliseconds since 1970.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import address
from shared.events.guess import Guessed, find_username
from shared.events.paths import Record
from shared.events.results import result_word
from shared.events.source_definition import Constant, Field, HeadPaths, Source

_AUDIT_MARKS = {
    "org",
    "repo",
    "business",
    "actor_location",
    "_document_id",
    "operation_type",
    "programmatic_access_type",
}


def _is_audit(record: Record) -> bool:
    action = record.get("action")
    if not isinstance(action, str) or "." not in action or isinstance(record.get("actor"), dict):
        return False
    return bool(_AUDIT_MARKS & record.keys()) and (
        "@timestamp" in record or "created_at" in record or "actor" in record
    )


def _is_webhook(record: Record) -> bool:
    sender, repository = record.get("sender"), record.get("repository")
    if isinstance(sender, dict) and "login" in sender:
        return True
    return isinstance(repository, dict) and "full_name" in repository


github_audit = Source(
    id="github.audit",
    title="GitHub audit log",
    recognise=_is_audit,
    recognising_keys=("action",),
    times=("@timestamp", "created_at"),
    head=HeadPaths(time="@timestamp", category="operation_type", operation="action", tenant="org"),
    fields={
        "operation": Field("action"),
        "event_result": Constant("Success"),  # only what was done is audited
        "actor_username": Field("actor", "user", "external_identity_nameid"),
        "actor_user_id": Field("actor_id", "actor", "user_id"),
        "actor_user_type": Field("programmatic_access_type"),
        "src_ip_addr": Field("actor_ip", normalise=address),
        "src_geo_country": Field("actor_location.country_code"),
        "http_user_agent": Field("user_agent"),
        "target_username": Field("user", "data.user"),
        "target_name": Field("repo", "repository", "team", "user", "org"),
        "target_type": Field("operation_type"),
        "namespace": Field("org", "business"),
        "tenant_id": Field("org", "business"),
        "record_id": Field("_document_id", "request_id"),
        "correlation_id": Field("request_id"),
        "message": Field("explanation", "name"),
    },
    data_components=("Cloud Service Modification", "Cloud Storage Access", "Application Log Content"),
    log_sources=("saas:github",),
    usual_gap=timedelta(hours=2),
)

github_webhook = Source(
    id="github.webhook",
    title="GitHub webhooks",
    recognise=_is_webhook,
    recognising_keys=("sender", "repository"),
    times=(
        "created_at",
        "head_commit.timestamp",
        "workflow_run.updated_at",
        "workflow_job.completed_at",
        "workflow_job.started_at",
        "pull_request.updated_at",
        "comment.created_at",
        "review.submitted_at",
        "alert.created_at",
        "issue.updated_at",
        "repository.updated_at",
    ),
    head=HeadPaths(time="created_at", category="action", operation="action", tenant="organization"),
    fields={
        "operation": Field("action", "pages.0.action", "ref_type", "event", "ref"),
        "event_result": Field("workflow_run.conclusion", "check_run.conclusion", normalise=result_word),
        "actor_username": Guessed(
            "sender.login",
            "pusher.name",
            "review.user.login",
            "comment.user.login",
            "pull_request.user.login",
            "issue.user.login",
            "workflow_run.actor.login",
            "head_commit.author.email",
            find=find_username,
        ),
        "actor_user_id": Field("sender.id", "review.user.id", "comment.user.id", "pull_request.user.id"),
        "actor_user_type": Field("sender.type"),
        "target_name": Field("repository.full_name", "organization.login", "repository.name"),
        "target_type": Field("ref_type"),
        "namespace": Field("organization.login", "repository.owner.login"),
        "tenant_id": Field("organization.login", "repository.owner.login"),
        "url": Field("pull_request.html_url", "comment.html_url", "compare", "repository.html_url"),
        "record_id": Field("after", "workflow_run.id", "comment.id"),
        "message": Field("head_commit.message", "comment.body", "pull_request.title", "issue.title"),
    },
    data_components=("Cloud Service Modification", "Application Log Content"),
    log_sources=("saas:github",),
    usual_gap=timedelta(hours=4),
)
