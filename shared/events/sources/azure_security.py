"""Alerts of Defender for Cloud as the Activity log carries them (category Security).

Fields: learn.microsoft.com, activity-log-schema, Security category; what `properties` holds depends on the alert.
"""

from __future__ import annotations

from shared.events.azure import address
from shared.events.source_definition import Constant, Field, Source, merged
from shared.events.sources.azure_activity import ACTIVITY_FIELDS, ACTIVITY_TIMES

azure_security = Source(
    id="azure.security",
    title="Defender for Cloud alerts in the Activity log",
    categories=("Security",),
    times=ACTIVITY_TIMES,
    fields=merged(
        ACTIVITY_FIELDS,
        {
            "event_result": Constant("NA"),
            "event_result_details": Field(
                "properties.ActionTaken", "properties.eventProperties.actionTaken", "resultType"
            ),
            "event_severity": Field(
                "properties.Severity", "properties.severity", "properties.eventProperties.severity", "level"
            ),
            "actor_username": Field(
                "properties.userName",
                "properties.accountName",
                "properties.compromisedUser",
                "properties.userAccount",
                "properties.eventProperties.userName",
                "properties.eventProperties.accountName",
                "caller",
            ),
            "actor_user_id": Field("properties.UserSID", "properties.accountLogonId"),
            "src_ip_addr": Field(
                "callerIpAddress",
                "properties.clientIpAddress",
                "properties.attackerIp",
                "properties.sourceIp",
                "properties.ipAddress",
                "properties.eventProperties.clientIpAddress",
                "properties.eventProperties.attackerIp",
                normalise=address,
            ),
            "dvc_hostname": Field(
                "properties.compromisedEntity", "properties.machineName", "properties.domainName"
            ),
            "message": Field(
                "resultDescription",
                "properties.description",
                "properties.commandLine",
                "properties.threatStatus",
            ),
        },
    ),
    data_components=("Process Creation", "Host Status", "Network Connection Creation"),
)
