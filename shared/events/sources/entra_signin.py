"""Microsoft Entra sign-ins: interactive, non-interactive, service principals, managed identities.

Fields: learn.microsoft.com, Azure Monitor tables SigninLogs, AADNonInteractiveUserSignInLogs,
AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.results import result_code
from shared.events.source_definition import Constant, Field, Source, merged


def _country(value: Any) -> str | None:
    text = as_text(value)
    return text.upper() if text and len(text) <= 3 else text


_COMMON = merged(
    BASE,
    {
        "event_result": Field("resultType", "properties.status.errorCode", normalise=result_code),
        "event_result_details": Field("properties.status.errorCode", "resultType"),
        "src_ip_addr": Field("properties.ipAddress", "callerIpAddress", normalise=address),
        "src_geo_country": Field("properties.location.countryOrRegion", "location", normalise=_country),
        "src_geo_city": Field("properties.location.city"),
        "src_latitude": Field("properties.location.geoCoordinates.latitude"),
        "src_longitude": Field("properties.location.geoCoordinates.longitude"),
        "src_asn": Field("properties.autonomousSystemNumber"),
        "http_user_agent": Field("properties.userAgent"),
        "app_id": Field("properties.appId"),
        "app_name": Field("properties.appDisplayName"),
        "target_name": Field("properties.resourceDisplayName"),
        "session_id": Field("properties.sessionId", "properties.uniqueTokenIdentifier"),
        "correlation_id": Field("properties.correlationId", "correlationId"),
        "record_id": Field("properties.id"),
        "risk_level": Field("properties.riskLevelDuringSignIn", "properties.riskLevelAggregated"),
        "message": Field("resultDescription", "properties.status.failureReason"),
        "tenant_id": Field("tenantId", "properties.resourceTenantId"),
    },
)

_USER = merged(
    _COMMON,
    {
        "actor_user_id": Field("properties.userId"),
        "actor_username": Field("properties.userPrincipalName", "identity", "properties.userDisplayName"),
        "actor_user_type": Field("properties.userType"),
    },
)

_APPLICATION = merged(
    _COMMON,
    {
        "actor_user_id": Field("properties.servicePrincipalId", "properties.appId"),
        "actor_username": Field("properties.servicePrincipalName", "identity", "properties.appDisplayName"),
        "actor_user_type": Constant("ServicePrincipal"),
        "actor_app_id": Field("properties.appId"),
    },
)

_LOG_SOURCES = ("azure:signinlogs", "m365:signinlogs")
_DATA_COMPONENTS = ("Logon Session Creation", "User Account Authentication")

entra_signin = Source(
    id="entra.signin",
    title="Entra ID interactive sign-ins",
    categories=("SignInLogs",),
    times=TIMES,
    fields=_USER,
    data_components=_DATA_COMPONENTS,
    log_sources=_LOG_SOURCES,
    usual_gap=timedelta(minutes=30),
)

entra_signin_noninteractive = Source(
    id="entra.signin.noninteractive",
    title="Entra ID non-interactive sign-ins",
    categories=("NonInteractiveUserSignInLogs",),
    times=TIMES,
    fields=_USER,
    data_components=_DATA_COMPONENTS,
    log_sources=_LOG_SOURCES,
    usual_gap=timedelta(minutes=15),
)

entra_signin_serviceprincipal = Source(
    id="entra.signin.serviceprincipal",
    title="Entra ID service principal sign-ins",
    categories=("ServicePrincipalSignInLogs", "MicrosoftServicePrincipalSignInLogs"),
    times=TIMES,
    fields=_APPLICATION,
    data_components=_DATA_COMPONENTS,
    log_sources=_LOG_SOURCES,
    usual_gap=timedelta(minutes=60),
)

entra_signin_managedidentity = Source(
    id="entra.signin.managedidentity",
    title="Entra ID managed identity sign-ins",
    categories=("ManagedIdentitySignInLogs",),
    times=TIMES,
    fields=merged(_APPLICATION, {"actor_user_type": Constant("ManagedIdentity")}),
    data_components=_DATA_COMPONENTS,
    log_sources=_LOG_SOURCES,
    usual_gap=timedelta(minutes=60),
)

entra_signin_adfs = Source(
    id="entra.signin.adfs",
    title="AD FS sign-ins (Connect Health)",
    categories=("ADFSSignInLogs",),
    times=(*TIMES, "properties.createdDateTime"),
    fields=_USER,
    data_components=_DATA_COMPONENTS,
    log_sources=_LOG_SOURCES,
    usual_gap=timedelta(hours=2),
)
