"""Records that no other source claims: any Azure resource log, and any JSON that says when and what.

They count for heartbeats and can be detected on by raw paths; a kind of record that matters deserves a source
of its own.
"""

from __future__ import annotations

from shared.events.azure import BASE, TIMES, address, operation_name
from shared.events.paths import Path, Record, split_path, walk
from shared.events.results import result_word
from shared.events.source import Field, Source, merged
from shared.events.times import parse_time

_ACTORS = (
    "actor.alternateId", "actor.email", "actor.email_address", "actor.user.email", "actor.session.user.email",
    "actor.user.name", "actor.login", "actor.displayName", "actor.name", "actor.userName", "actor",
    "event.actor.person.email", "event.actor.loginName", "event.actor.email", "actorUpn", "userIdentity.email",
    "userIdentity.userName", "userIdentity.arn", "identity.arn", "protoPayload.authenticationInfo.principalEmail",
    "protopayload.authenticationInfo.principalEmail", "data.details.request.auth.user.email", "data.user_name",
    "created_by.login", "user.email", "user.email_address", "user.name", "user.id", "user", "username", "user_name",
    "userName", "user_email", "UserName", "UserId", "operator", "actor_name", "actor_user_name", "target_user.email",
    "sender.login", "identity", "USER_NAME", "event.UserName", "event.UserId", "initiated_by", "properties.user",
    "properties.userPrincipalName", "properties.UserPrincipalName", "properties.Actor.UPN", "properties.AccountUpn",
    "serviceaccount", "requester", "principal", "email", "data.senderEmail", "data.userId", "actor.user.displayName",
)  # fmt: skip
_ACTOR_IDS = (
    "actor.id", "actor.gid", "actor.user_id", "actor.user.id", "actor.profileId", "actor_user_id", "actor_id",
    "userIdentity.principalId", "event.actor.id", "user_id", "userId", "created_by.id", "USER_ID", "user.uuid",
    "actor.session.user.id", "actor.api_key.id", "properties.userId", "properties.Actor.ObjectId", "actor_uuid",
)  # fmt: skip
_ADDRESSES = (
    "callerIpAddress", "client.ipAddress", "context.ip_address", "context.client_ip_address", "sourceIPAddress",
    "ip_address", "ipAddress", "IpAddress", "actor.ip_address", "actor.session.ip_address", "event.ip_address",
    "client.ip_address", "request_ip", "sourceip", "sourceIp", "remoteAddress", "remoteip", "remote_addr", "ip",
    "client_ip", "clientIp", "clientIP", "ClientIP", "CLIENT_IP", "SOURCE_IP", "aip", "access_device.ip", "ipaddr",
    "srcaddr", "src_endpoint.ip", "httpRequest.clientIp", "httprequest.remoteIp", "httpRequest.remoteIp", "actor_ip",
    "protoPayload.requestMetadata.callerIp", "protopayload.requestMetadata.callerIp", "data.ip", "source_ip", "remoteIp",
    "origin.remoteIp", "properties.clientIp", "properties.clientIP", "properties.ClientIp", "properties.sourceIP",
    "properties.callerIpAddress", "properties.ipAddress", "properties.clientIpAddress", "ip_addresses.0", "sourceIPs.0",
    "ClientIp", "properties.IpAddress", "properties.client_ip", "event.UserIp", "p_any_ip_addresses.0",
)  # fmt: skip
_OPERATIONS = (
    "operationName", "OperationName", "operation_name", "eventName", "EventName", "eventType", "event_type", "EVENT_TYPE",
    "eventTypeName", "audit_log_event", "protoPayload.methodName", "protopayload.methodName", "actionName", "event.action",
    "event.type", "action", "Action", "operation", "Operation", "ActivityName", "activity_name", "name", "event_simpleName",
    "event", "type", "data.type", "metricName", "query_type", "method", "title", "category",
    "QUERY_TYPE", "TRANSFER_TYPE", "GRANTED_TO", "metadata.eventType", "event_type_id", "activitytype", "modelId",
)  # fmt: skip
_MORE_TIMES = (
    "eventTime", "timestamp", "Timestamp", "TIMESTAMP", "@timestamp", "created_at", "createdAt", "created", "published",
    "date", "datetime", "Datetime", "event_time", "EventTime", "date_create", "id.time", "event.timestamp", "isotimestamp",
    "generatedDateTime", "effective_at", "receiveTimestamp", "startTime", "start_time", "createdat", "CREATED_ON",
    "data.date", "query_timestamp", "fields.recorded", "metadata.eventCreationTime", "EVENT_TIMESTAMP", "eventTimestamp",
    "ContextTimeStamp", "EdgeStartTimestamp", "EventReceivedTime", "p_event_time", "properties.Timestamp", "UpdatedAt",
)  # fmt: skip
_WHEN: tuple[Path, ...] = tuple(split_path(path) for path in (*TIMES, *_MORE_TIMES))
_WHAT: tuple[Path, ...] = tuple(split_path(path) for path in _OPERATIONS)


def _is_azure(record: Record) -> bool:
    names = {name.casefold() for name in record if isinstance(name, str)}
    return "resourceid" in names or ("operationname" in names and bool(names & {"category", "properties", "time"}))


def _says_when_or_what(record: Record) -> bool:
    embedded: dict[int, object] = {}
    if any(isinstance(walk(record, path, embedded), str | dict) for path in _WHAT):
        return True
    return any(parse_time(walk(record, path, embedded)) is not None for path in _WHEN)


_COMMON: dict[str, Field] = {
    "actor_username": Field(*_ACTORS),
    "actor_user_id": Field(*_ACTOR_IDS),
    "src_ip_addr": Field(*_ADDRESSES, normalise=address),
    "http_user_agent": Field("userAgent", "user_agent", "context.ua", "client.userAgent.rawUserAgent", "actor.user_agent"),
}

azure_resource = Source(
    id="azure.resource",
    title="Any other Azure resource log",
    recognise=_is_azure,
    times=TIMES,
    fields=merged(
        BASE,
        _COMMON,
        {
            "operation": Field("operationName", "OperationName", "EventName", "ActivityName", "metricName", "category",
                               normalise=operation_name),
            "event_result": Field("resultType", "resultSignature", "Status", "status", "statusCode", normalise=result_word),
        },
    ),
)

generic_json = Source(
    id="generic.json",
    title="Any other JSON record",
    recognise=_says_when_or_what,
    times=(*TIMES, *_MORE_TIMES),
    fields=merged(
        _COMMON,
        {
            "operation": Field(*_OPERATIONS),
            "event_result": Field("outcome.result", "result", "status", "event_result", normalise=result_word),
            "tenant_id": Field("tenant_id", "tenantId", "org_id", "organization_id", "orgId"),
            "record_id": Field("uuid", "id", "_id", "uid"),
        },
    ),
)  # fmt: skip
