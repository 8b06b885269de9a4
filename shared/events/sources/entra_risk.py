"""Microsoft Entra ID Protection: users and workload identities at risk, and the detections behind it.

Fields: learn.microsoft.com, Azure Monitor tables AADRiskyUsers, AADUserRiskEvents, AADRiskyServicePrincipals and
AADServicePrincipalRiskEvents. `time` is often in US order; `additionalInfo` is JSON inside a string.
"""

from __future__ import annotations

from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.source_definition import Constant, Field, Source, merged

_COMMON = merged(
    BASE,
    {
        "operation": Field("properties.riskEventType", "operationName", "category"),
        "event_result": Constant("NA"),
        "event_result_details": Field("properties.riskState", "properties.riskDetail"),
        "event_severity": Field("properties.riskLevel", "level"),
        "risk_level": Field("properties.riskLevel"),
        "src_ip_addr": Field("properties.ipAddress", "callerIpAddress", normalise=address),
        "src_geo_country": Field("properties.location.countryOrRegion"),
        "src_geo_city": Field("properties.location.city"),
        "src_latitude": Field("properties.location.geoCoordinates.latitude"),
        "src_longitude": Field("properties.location.geoCoordinates.longitude"),
        "http_user_agent": Field("properties.additionalInfo.userAgent", "properties.userAgent"),
        "correlation_id": Field("properties.correlationId", "properties.requestId", "correlationId"),
        "record_id": Field("properties.id"),
        "rule_name": Field("properties.riskType", "properties.detectionTimingType"),
        "message": Field("properties.riskDetail", "properties.source"),
    },
)
_TIMES = (
    "properties.activityDateTime",
    "properties.detectedDateTime",
    "properties.riskLastUpdatedDateTime",
    *TIMES,
)


def _principal_type(value: Any) -> str | None:
    return "ServicePrincipal" if as_text(value) else None


entra_risk = Source(
    id="entra.risk",
    title="Entra ID Protection",
    categories=("RiskyUsers", "UserRiskEvents", "RiskyServicePrincipals", "ServicePrincipalRiskEvents"),
    times=_TIMES,
    fields=merged(
        _COMMON,
        {
            "actor_user_id": Field("properties.userId", "properties.servicePrincipalId", "properties.id"),
            "actor_username": Field(
                "properties.userPrincipalName",
                "properties.servicePrincipalDisplayName",
                "properties.displayName",
                "properties.userDisplayName",
                "properties.appId",
                "identity",
            ),
            "actor_user_type": Field("properties.servicePrincipalId", normalise=_principal_type),
            "actor_app_id": Field("properties.appId"),
            "app_id": Field("properties.appId"),
        },
    ),
    data_components=("User Account Authentication", "Logon Session Metadata", "User Account Metadata"),
)
