"""The row as a strict model: what tests, the command line and readers of a row check it against.

Not on the path of an event: `alert_row.py` builds plain dictionaries, and a test holds that both say the same as
`alert_columns.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, Strict

from shared.alerts.alert import EventResult, Method, Status, SubType
from shared.alerts.alert_columns import MAX_FIELD_BYTES

Moment = Annotated[AwareDatetime, Strict(False)]
"""A time with its zone; rows carry it as RFC 3339 text."""

Text = Annotated[str, Field(max_length=MAX_FIELD_BYTES)]
Int32 = Annotated[int, Field(ge=-(1 << 31), lt=1 << 31)]


class AlertEvent(BaseModel):
    """A row of TelltaleAlerts_CL: ASIM AlertEvent 0.1 and our columns; `None` is a column without a value."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    TimeGenerated: Moment
    EventCount: Annotated[Int32, Field(ge=1)]
    EventStartTime: Moment
    EventEndTime: Moment
    EventType: Literal["Alert"]
    EventSubType: SubType
    EventUid: Annotated[str, Field(min_length=1)]
    EventProduct: Literal["Telltale"]
    EventVendor: Literal["Telltale"]
    EventSchema: Literal["AlertEvent"]
    EventSchemaVersion: Literal["0.1"]
    EventSeverity: Literal["Informational", "Low", "Medium", "High"]
    EventOriginalUid: Text | None = None
    EventOriginalType: Text | None = None
    EventResult: EventResult
    EventResultDetails: Text | None = None

    AlertName: Annotated[str, Field(min_length=1, max_length=256)]
    EventMessage: Text | None = None
    RuleDescription: Text | None = None
    AlertStatus: Status
    RuleName: Annotated[str, Field(min_length=1)]
    DetectionMethod: Method
    DetectorVersion: Text | None = None
    ThreatCategory: Literal["Security Policy Violation", "Unknown"]
    IndicatorType: Literal["User", "Ip", "Cloud Resource", "Application", "Host"]
    AttackTactics: Text | None = None
    AttackTechniques: Text | None = None
    AttackRemediationSteps: Text | None = None
    Tactics: Text | None = None
    Techniques: list[str] | None = None
    ThreatConfidence: Annotated[int, Field(ge=0, le=100)]
    ConfidenceScore: Annotated[float, Field(ge=0, le=1)]
    Runbook: list[str] | None = None
    RemediationSteps: list[str] | None = None

    Username: Text | None = None
    UsernameType: Literal["UPN", "Simple"] | None = None
    UserId: Text | None = None
    UserIdType: Literal["GUID", "Other"] | None = None
    UserType: Text | None = None
    AccountName: Text | None = None
    AccountUpnPrefix: Text | None = None
    AccountUpnSuffix: Text | None = None
    AccountObjectId: Text | None = None
    SrcIpAddr: Text | None = None
    SrcGeoCountry: Text | None = None
    SrcGeoCity: Text | None = None
    SrcHostname: Text | None = None
    HttpUserAgent: Text | None = None
    SessionId: Text | None = None
    ActorAppId: Text | None = None

    TargetUsername: Text | None = None
    TargetUserId: Text | None = None
    TargetName: Text | None = None
    TargetId: Text | None = None
    TargetType: Text | None = None
    AppId: Text | None = None
    AppName: Text | None = None
    ResourceId: Text | None = None
    ResourceCriticality: Text | None = None
    SubscriptionId: Text | None = None
    SourceTenantId: Text | None = None
    CloudAccountId: Text | None = None
    Url: Text | None = None
    DstIpAddr: Text | None = None
    DvcIpAddr: Text | None = None
    DvcHostname: Text | None = None
    DvcDomain: Text | None = None
    DvcDomainType: Literal["FQDN"] | None = None
    DvcFQDN: Text | None = None
    DvcId: Text | None = None
    DvcIdType: Literal["AzureResourceId", "Other"] | None = None

    Source: Text | None = None
    Operation: Text | None = None
    CorrelationId: Text | None = None
    Customer: Text | None = None
    CutFields: Text | None = None
    BlindFrom: Moment | None = None
    BlindUntil: Moment | None = None
    UserLink: Text | None = None
    ResourceLink: Text | None = None
    RecordsQuery: Text | None = None
    Tags: list[str] | None = None
    Evidence: dict[str, object] | None = None
    AdditionalFields: dict[str, object] | None = None
