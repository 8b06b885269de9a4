"""Entra ID sign-ins of workloads: ServicePrincipalSignInLogs and ManagedIdentitySignInLogs.

A managed identity's record has no caller address; neither kind has a user.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Final

from lab.traffic.company import Company, ServicePrincipal, Tenant
from lab.traffic.identifiers import guid, instant, token
from lab.traffic.records.shape import Record

# (resource, its application id)
RESOURCES: Final = (
    ("Azure Key Vault", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"),
    ("Azure Storage", "e406a681-f3d4-42a8-90b6-c2b029497af1"),
    ("Windows Azure Service Management API", "797f4846-ba00-4fd7-ba43-dac1f8f63013"),
    ("Microsoft Graph", "00000003-0000-0000-c000-000000000000"),
)
WRONG_SECRET: Final = 7000215


def service_principal_sign_in(rng: Random, company: Company, time: datetime) -> Record:
    """A service principal asks for a token with its secret; now and then it still has the old one."""
    tenant = company.workforce if rng.random() < 0.6 else rng.choice(company.customers)
    principal = rng.choice(tenant.service_principals)
    return _record(rng, tenant, principal, time, WRONG_SECRET if rng.random() < 0.005 else 0)


def managed_identity_sign_in(rng: Random, company: Company, time: datetime) -> Record:
    """A managed identity asks for a token: always right, without a caller address."""
    tenant = company.workforce if rng.random() < 0.5 else rng.choice(company.customers)
    record = _record(rng, tenant, rng.choice(tenant.managed_identities), time, 0)
    record["category"] = "ManagedIdentitySignInLogs"
    del record["callerIpAddress"]
    properties = record["properties"]
    properties["ipAddress"] = ""
    properties["autonomousSystemNumber"] = 0
    properties["servicePrincipalCredentialKeyId"] = ""
    properties["managedIdentityType"] = "systemAssigned"
    properties["clientCredentialType"] = "certificate"
    return record


def _record(
    rng: Random, tenant: Tenant, principal: ServicePrincipal, time: datetime, error_code: int
) -> Record:
    resource, resource_id = rng.choice(RESOURCES)
    correlation_id = guid(rng)
    reason = "Invalid client secret provided." if error_code else "Other."
    return {
        "time": instant(time, rng.randrange(10)),
        "resourceId": f"/tenants/{tenant.id}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": "ServicePrincipalSignInLogs",
        "tenantId": tenant.id,
        "resultType": str(error_code),
        "resultSignature": "None" if error_code else "SUCCESS",
        "resultDescription": reason if error_code else "",
        "durationMs": 0,
        "callerIpAddress": principal.address,
        "correlationId": correlation_id,
        "Level": 4,
        "location": "SE",
        "properties": {
            "id": guid(rng),
            "createdDateTime": instant(time),
            "userDisplayName": None,
            "userPrincipalName": None,
            "userId": None,
            "appId": principal.app_id,
            "appDisplayName": principal.name,
            "ipAddress": principal.address,
            "autonomousSystemNumber": 64496,
            "status": {"errorCode": error_code, "failureReason": reason},
            "location": {
                "city": "Gavle",
                "state": "Gavleborgs Lan",
                "countryOrRegion": "SE",
                "geoCoordinates": {"latitude": 60.67, "longitude": 17.14},
            },
            "correlationId": correlation_id,
            "conditionalAccessStatus": "notApplied",
            "appliedConditionalAccessPolicies": [],
            "isInteractive": False,
            "tokenIssuerType": "AzureAD",
            "authenticationProcessingDetails": [
                {"key": "Azure AD App Authentication Library", "value": "Family: MSAL.Python Library: 1.34.0"}
            ],
            "clientCredentialType": "clientSecret",
            "processingTimeInMilliseconds": rng.randrange(20, 200),
            "riskDetail": "none",
            "riskLevelAggregated": "none",
            "riskLevelDuringSignIn": "none",
            "riskState": "none",
            "resourceDisplayName": resource,
            "resourceId": resource_id,
            "resourceTenantId": tenant.id,
            "homeTenantId": tenant.id,
            "servicePrincipalId": principal.id,
            "servicePrincipalName": principal.name,
            "servicePrincipalCredentialKeyId": principal.credential_id,
            "uniqueTokenIdentifier": token(rng, 22),
            "incomingTokenType": "none",
            "authenticationProtocol": "none",
            "crossTenantAccessType": "none",
            "managedIdentityType": "none",
            "federatedCredentialId": "",
        },
    }
