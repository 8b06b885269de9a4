"""The columns of the table of alerts: the one list that rows, model, endpoint, infrastructure and
documentation share.

Sources: the ASIM AlertEvent schema 0.1 (mandatory and recommended fields, and the optional ones that we can
fill), ASIM's names for the rest of the event, and the limits of Log Analytics (column names, reserved names,
field size).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TABLE: Final = "TelltaleAlerts_CL"
STREAM: Final = "Custom-TelltaleAlerts"

MAX_NAME: Final = 45
"""Characters of a column name in Log Analytics."""

MAX_FIELD_BYTES: Final = 64_000
"""UTF-8 bytes of a value. Log Analytics truncates beyond 64 KB, a dynamic value in the middle of its JSON."""

RESERVED: Final = frozenset({"id", "Title", "Type", "TenantId", "UniqueId", "_ResourceId", "_SubscriptionId"})
"""Names that Log Analytics keeps for itself."""

ColumnType = Literal["string", "int", "long", "real", "boolean", "datetime", "dynamic"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the table; `limit` is in UTF-8 bytes (of the JSON, for `dynamic`)."""

    name: str
    type: ColumnType
    description: str
    limit: int = MAX_FIELD_BYTES


def _texts(**descriptions: str) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(name, "string", description) for name, description in descriptions.items())


COLUMNS: Final[tuple[TableColumn, ...]] = (
    # What ASIM makes mandatory, and the time that Log Analytics wants.
    TableColumn("TimeGenerated", "datetime", "When the row was sent, so that no rule's look-back misses it."),
    TableColumn("EventCount", "int", "How many events the alert stands for."),
    TableColumn("EventStartTime", "datetime", "When the first event of the episode happened."),
    TableColumn("EventEndTime", "datetime", "When the last event of the episode happened."),
    *_texts(
        EventType="Always Alert.",
        EventSubType="Threat, Suspicious Activity, Anomaly or Compliance Violation.",
        EventUid="Deterministic id of the alert: the same episode always has the same.",
        EventProduct="Always Telltale.",
        EventVendor="Always Telltale.",
        EventSchema="Always AlertEvent.",
        EventSchemaVersion="Version of the ASIM AlertEvent schema: 0.1.",
        EventSeverity="Informational, Low, Medium or High.",
        EventOriginalUid="Id of the record in its source.",
        EventOriginalType="Operation as the source names it.",
        EventResult="Success, Partial, Failure or NA.",
        EventResultDetails="Why the operation failed, or what it was refused for.",
    ),
    # What the alert says.
    TableColumn("AlertName", "string", "Title, with the names of those involved.", 256),
    TableColumn("EventMessage", "string", "What happened.", 5_000),
    TableColumn("RuleDescription", "string", "Why it matters.", 5_000),
    *_texts(
        AlertStatus="Active or Closed.",
        RuleName="Id of the detector.",
        DetectionMethod="How it was found, in ASIM's terms.",
        DetectorVersion="Version of the detector.",
        ThreatCategory="Security Policy Violation for compliance, otherwise Unknown.",
        IndicatorType="What the alert is foremost about: User, Ip, Cloud Resource, Application or Host.",
        AttackTactics='Names of ATT&CK tactics: "Persistence, Privilege Escalation".',
        AttackTechniques='Names and ids of ATT&CK techniques: "Account Manipulation (T1098)".',
        AttackRemediationSteps="What to do, numbered, a step a line.",
        Tactics='Tactics as Sentinel spells them: "Persistence,PrivilegeEscalation".',
    ),
    TableColumn("Techniques", "dynamic", "Ids of ATT&CK techniques."),
    TableColumn("ThreatConfidence", "int", "Confidence, 0 to 100."),
    TableColumn("ConfidenceScore", "real", "The same confidence as Sentinel takes it, 0 to 1."),
    TableColumn("Runbook", "dynamic", "Steps of the investigation."),
    TableColumn("RemediationSteps", "dynamic", "Steps of the response, as a list."),
    # Who did it.
    *_texts(
        Username="Name of the acting user, as the source gives it.",
        UsernameType="UPN or Simple.",
        UserId="Id of the acting user.",
        UserIdType="GUID or Other.",
        UserType="Type of the acting user, as the source gives it.",
        AccountName="Full name of the acting account.",
        AccountUpnPrefix="The part of the UPN before the last @.",
        AccountUpnSuffix="The part of the UPN after the last @.",
        AccountObjectId="Object id of the acting account in Microsoft Entra ID.",
        SrcIpAddr="Address that the actor came from.",
        SrcGeoCountry="Country of that address.",
        SrcGeoCity="City of that address.",
        SrcHostname="Name of the device that the actor came from.",
        HttpUserAgent="User agent of the actor.",
        SessionId="Session of the actor.",
        ActorAppId="Application that the actor used or acted as.",
    ),
    # What it was done to.
    *_texts(
        TargetUsername="Name of the user acted upon.",
        TargetUserId="Id of the user acted upon.",
        TargetName="Name of what was acted upon.",
        TargetId="Id of what was acted upon.",
        TargetType="Type of what was acted upon.",
        AppId="Id of the application concerned.",
        AppName="Name of the application concerned.",
        ResourceId="Azure Resource Manager id of the resource concerned.",
        ResourceCriticality="How much the customer depends on the resource or the account.",
        SubscriptionId="Azure subscription.",
        SourceTenantId="Tenant that the telemetry is about.",
        CloudAccountId="Account outside Azure, such as an AWS account.",
        Url="Address that was requested.",
        DstIpAddr="Address that was contacted.",
        DvcIpAddr="Address of the device concerned.",
        DvcHostname="Short name of the device concerned.",
        DvcDomain="Domain of the device concerned.",
        DvcDomainType="FQDN where DvcDomain is known.",
        DvcFQDN="Full name of the device concerned.",
        DvcId="Id of the device or Azure resource concerned.",
        DvcIdType="AzureResourceId or Other.",
    ),
    # Where it was seen.
    *_texts(
        Source="Telemetry source: vendor.product.stream.",
        Operation="Operation as the source names it.",
        CorrelationId="Correlation id of the source.",
        Customer="Customer whose collector raised the alert.",
        CutFields="Columns that were shortened to fit the limits of Log Analytics.",
    ),
    TableColumn(
        "BlindFrom", "datetime", "Since when a source was not seen: what happened then, no detector saw."
    ),
    TableColumn("BlindUntil", "datetime", "Until when it was not seen; no value while it still is not."),
    # Where to look next.
    *_texts(
        UserLink="Page of the acting user in the Microsoft Entra admin center.",
        ResourceLink="Page of the resource in the Azure portal.",
        RecordsQuery="Query that shows the records, in a workspace that keeps them.",
    ),
    TableColumn("Tags", "dynamic", "Tags of the detector and of the enrichment."),
    TableColumn("Evidence", "dynamic", "What the decision rests on."),
    TableColumn("AdditionalFields", "dynamic", "Normalised fields that have no column, by name."),
)

BY_NAME: Final = {column.name: column for column in COLUMNS}

ENTITY_COLUMNS: Final[dict[str, str]] = {
    "actor_username": "Username",
    "actor_user_id": "UserId",
    "actor_user_type": "UserType",
    "actor_app_id": "ActorAppId",
    "src_ip_addr": "SrcIpAddr",
    "src_geo_country": "SrcGeoCountry",
    "src_geo_city": "SrcGeoCity",
    "src_hostname": "SrcHostname",
    "http_user_agent": "HttpUserAgent",
    "session_id": "SessionId",
    "target_username": "TargetUsername",
    "target_user_id": "TargetUserId",
    "target_name": "TargetName",
    "target_id": "TargetId",
    "target_type": "TargetType",
    "app_id": "AppId",
    "app_name": "AppName",
    "resource_id": "ResourceId",
    "subscription_id": "SubscriptionId",
    "tenant_id": "SourceTenantId",
    "account_id": "CloudAccountId",
    "url": "Url",
    "dst_ip_addr": "DstIpAddr",
    "dvc_ip_addr": "DvcIpAddr",
    "dvc_hostname": "DvcHostname",
    "correlation_id": "CorrelationId",
    "record_id": "EventOriginalUid",
    "event_result_details": "EventResultDetails",
}
"""Which column takes which normalised name; the others go into AdditionalFields."""
