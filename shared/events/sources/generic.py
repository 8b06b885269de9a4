"""Records that no other source claims: any Azure resource log, and any JSON that says when, what or who.

They count for heartbeats and can be detected on by raw paths; a kind of record that matters deserves a source
of its own. Who acted, and from where, is searched for by the words that products use (`shared.events.guess`).
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address, operation_name
from shared.events.guess import Guessed, find_address, find_user_id, find_username
from shared.events.paths import Memory, Path, Record, as_text, split_path, walk
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged
from shared.events.times import parse_time

_MOST_KEYS: Final = 1000

_OPERATIONS: Final = (
    "operationName",
    "operation_name",
    "eventName",
    "eventType",
    "event_type",
    "event_type._tag",
    "eventTypeName",
    "audit_log_event",
    "actionName",
    "event.action",
    "event.type",
    "event.OperationName",
    "action",
    "activity_name",
    "event_simpleName",
    "metadata.eventType",
    "operation",
    "methodName",
    "name",
    "event",
    "type",
    "data.type",
    "event_type_id",
    "activitytype",
    "query_type",
    "TRANSFER_TYPE",
    "GRANTED_TO",
    "ClientRequestMethod",
    "httpRequest.requestMethod",
    "title",
    "category",
)
"""Where products write what happened, the most telling first."""

_TIMES: Final = (
    "@timestamp",
    "created_at",
    "createdAt",
    "created",
    "datetime",
    "date_create",
    "event.timestamp",
    "event.UTCTimestamp",
    "generatedDateTime",
    "effective_at",
    "CREATED_ON",
    "data.date",
    "query_timestamp",
    "metadata.eventCreationTime",
    "EVENT_TIMESTAMP",
    "EdgeStartTimestamp",
    "activityDateTime",
    "TimeGenerated",
)
"""Where products write when it happened."""


def _nested(paths: tuple[str, ...]) -> dict[str, list[Path]]:
    """Paths of more than one part by their first part in lower case."""
    result: dict[str, list[Path]] = {}
    for path in map(split_path, paths):
        if len(path) > 1:
            result.setdefault(path[0].lower(), []).append(path)
    return result


def _top(paths: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path.lower() for path in paths if "." not in path)


_NO_EVIDENCE = {"name", "title"}  # they name an operation, but any object has them
_WHAT: Final = _top(_OPERATIONS) - _NO_EVIDENCE
_WHEN: Final = _top((*TIMES, *_TIMES))
_WHO: Final = frozenset({"actor", "user", "username", "user_name", "requester"})
_NESTED_WHAT: Final = _nested(_OPERATIONS)
_NESTED_WHEN: Final = _nested((*TIMES, *_TIMES))

_KNOWN: Final = frozenset((*_WHAT, *_WHEN, *_WHO, *_NESTED_WHAT, *_NESTED_WHEN))


def _is_azure(record: Record) -> bool:
    if "resourceId" in record or "resourceid" in record or "ResourceId" in record:
        return True
    if "operationName" in record or "operationname" in record or "OperationName" in record:
        return any(name in record for name in ("category", "Category", "properties", "Properties", "time"))
    return False


def _says_when_what_or_who(record: Record) -> bool:
    names = {name.lower(): name for name in islice(record, _MOST_KEYS)}
    known = _KNOWN.intersection(names)
    if not known:
        return False
    memory: Memory = {}
    for name in known:
        value = record[names[name]]
        if name in _WHO and value:
            return True
        if name in _WHAT and isinstance(value, str | dict) and value:
            return True
        if name in _WHEN and parse_time(value) is not None:
            return True
        if any(as_text(walk(record, path, memory)) is not None for path in _NESTED_WHAT.get(name, ())):
            return True
        if any(parse_time(walk(record, path, memory)) is not None for path in _NESTED_WHEN.get(name, ())):
            return True
    return False


def _operation(value: Any) -> str | None:
    text = operation_name(value)
    return text[:256] if text else None


def _username(record: Record) -> str | None:
    """Where nobody is named as acting, a `target_user` is the account that someone tried to sign in to."""
    return find_username(record) or as_text(walk(record, ("target_user", "email")))


_COMMON: Final[dict[str, Field]] = {
    "actor_username": Guessed(find=_username),
    "actor_user_id": Guessed(find=find_user_id),
    "src_ip_addr": Guessed("callerIpAddress", find=find_address, normalise=address),
    "http_user_agent": Field(
        "userAgent",
        "user_agent",
        "context.ua",
        "context.user_agent",
        "actor.user_agent",
        "actor.session.user_agent",
        "ClientRequestUserAgent",
        "request_user_agent",
        "data.user_agent",
        "properties.userAgent",
    ),
}

azure_resource = Source(
    id="azure.resource",
    title="Any other Azure resource log",
    recognise=_is_azure,
    times=(*TIMES, *_TIMES),
    fields=merged(
        BASE,
        _COMMON,
        {
            "operation": Field(
                "operationName",
                "metricName",
                "properties.operationName",
                "category",
                normalise=operation_name,
                takes_objects=True,
            ),
        },
    ),
    data_components=("Application Log Content",),
)

generic_json = Source(
    id="generic.json",
    title="Any other JSON record",
    recognise=_says_when_what_or_who,
    times=(*TIMES, *_TIMES),
    fields=merged(
        _COMMON,
        {
            "operation": Field(*_OPERATIONS, normalise=_operation),
            "event_result": Field(
                "result",
                "status",
                "response.statusCode",
                "EXECUTION_STATUS",
                "success",
                "IS_SUCCESS",
                "event.Success",
                normalise=result_word,
            ),
            "tenant_id": Field("tenant_id", "tenantId", "organization_id", "orgId"),
            "target_name": Field("resource.name", "object", "repo"),
            "target_type": Field("resource.type", "resource.resource_type"),
            "record_id": Field("uuid", "id", "_id", "uid", "event.id"),
        },
    ),
    data_components=("Application Log Content",),
)
