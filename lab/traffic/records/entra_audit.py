"""Entra ID AuditLogs: changes to users, groups, applications, roles and policies.

Shape: https://learn.microsoft.com/graph/api/resources/directoryaudit.
Old and new values are JSON inside strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

import orjson

from lab.traffic.company import Company, Person, ServicePrincipal, Tenant
from lab.traffic.identifiers import guid, instant
from lab.traffic.records.shape import Record

_PASSWORDS: Final = "Self-service Password Management"
_ENTITLEMENT: Final = "EntitlementManagement"
_ENTITLEMENTS: Final = "Entitlement Management"

# (activity, category, service, operation type, target type, weight)
ORDINARY: Final = (
    ("Update user", "UserManagement", "Core Directory", "Update", "User", 16),
    ("Add member to group", "GroupManagement", "Core Directory", "Assign", "User", 12),
    ("Remove member from group", "GroupManagement", "Core Directory", "Unassign", "User", 6),
    ("Add owner to group", "GroupManagement", "Core Directory", "Assign", "Group", 1),
    ("Update group", "GroupManagement", "Core Directory", "Update", "Group", 5),
    ("Add group", "GroupManagement", "Core Directory", "Add", "Group", 2),
    ("Add user", "UserManagement", "Core Directory", "Add", "User", 2),
    ("Change user license", "UserManagement", "Core Directory", "Update", "User", 5),
    ("Change password (self-service)", "UserManagement", _PASSWORDS, "Update", "User", 4),
    ("Update StsRefreshTokenValidFrom Timestamp", "UserManagement", "Core Directory", "Update", "User", 5),
    ("Register device", "Device", "Device Registration Service", "Add", "Device", 3),
    ("Update device", "Device", "Core Directory", "Update", "Device", 12),
    ("Add registered owner to device", "Device", "Core Directory", "Assign", "Device", 3),
    ("Delete device", "Device", "Core Directory", "Delete", "Device", 1),
    ("Update application", "ApplicationManagement", "Core Directory", "Update", "Application", 4),
    ("Update service principal", "ApplicationManagement", "Core Directory", "Update", "ServicePrincipal", 5),
    ("Add app role assignment grant to user", "UserManagement", "Core Directory", "Assign", "User", 4),
    ("User registered security info", "UserManagement", "Authentication Methods", "Add", "User", 2),
    ("User reviewed security info", "UserManagement", "Authentication Methods", "Update", "User", 1),
    ("User started security info registration", "UserManagement", "Authentication Methods", "Add", "User", 2),
    ("Invite external user", "UserManagement", "Invited Users", "Add", "User", 1),
    ("Redeem external user invite", "UserManagement", "B2B Auth", "Update", "User", 1),
    ("Evaluate Conditional Access Policy", "Policy", "Conditional Access", "Other", "Policy", 2),
    ("Add member to role approval requested (PIM activation)", "RoleManagement", "PIM", "Assign", "User", 1),
    ("Get tenant details", "DirectoryManagement", "Core Directory", "Other", "Directory", 2),
    ("Download users - started", "UserManagement", "Core Directory", "Other", "User", 1),
    ("Update company contact information", "DirectoryManagement", "Core Directory", "Update", "Directory", 1),
    ("Create access review", "Policy", "Access Reviews", "Add", "Policy", 1),
    ("Approve decision in access review", "UserManagement", "Access Reviews", "Update", "User", 3),
    ("User requests access package assignment", _ENTITLEMENT, _ENTITLEMENTS, "Add", "User", 2),
    ("Fulfill access package assignment request", _ENTITLEMENT, _ENTITLEMENTS, "Add", "User", 2),
    ("Set group license", "GroupManagement", "Core Directory", "Update", "Group", 1),
    ("Import", "ProvisioningManagement", "Account Provisioning", "Add", "User", 8),
    ("Synchronization rule action", "ProvisioningManagement", "Account Provisioning", "Update", "User", 8),
    ("Export", "ProvisioningManagement", "Account Provisioning", "Update", "User", 8),
)  # fmt: skip
_WEIGHTS: Final = tuple(row[-1] for row in ORDINARY)
_ATTRIBUTES: Final = (
    "Department", "JobTitle", "Manager", "TelephoneNumber", "PhysicalDeliveryOfficeName", "AssignedLicense",
    "OfficeLocation", "LastDirSyncTime", "UsageLocation", "ProxyAddresses",
)  # fmt: skip
_SELF_SERVICE: Final = ("Change password (self-service)", "Register device")


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done: the activity's name and the words by which the directory files it."""

    name: str
    category: str
    service: str
    operation_type: str


def by_user(person: Person, address: str | None = None) -> Record:
    """`initiatedBy` for a person, from the given address or from where the person works."""
    return {
        "user": {
            "id": person.id,
            "displayName": None,
            "userPrincipalName": person.user_principal_name,
            "ipAddress": person.origin.address if address is None else address,
            "roles": [],
        }
    }


def by_app(name: str, principal_id: str, app_id: str | None = None) -> Record:
    """`initiatedBy` for an application."""
    return {
        "app": {
            "appId": app_id,
            "displayName": name,
            "servicePrincipalId": principal_id,
            "servicePrincipalName": None,
        }
    }


def target(kind: str, target_id: str, name: str | None, changes: list[Record] | None = None) -> Record:
    """A target resource; a user's `name` is its user principal name."""
    return {
        "id": target_id,
        "displayName": None if kind == "User" else name,
        "type": kind,
        **({"userPrincipalName": name} if kind == "User" else {}),
        "modifiedProperties": changes or [],
        "administrativeUnits": [],
    }


def change(name: str, new: object, old: object = None) -> Record:
    """A modified property: both values are written as JSON in a string, an absent old value as null."""
    return {
        "displayName": name,
        "oldValue": None if old is None else orjson.dumps(old).decode(),
        "newValue": None if new is None else orjson.dumps(new).decode(),
    }


def audit_record(
    rng: Random,
    tenant: Tenant,
    time: datetime,
    activity: Activity,
    initiated_by: Record,
    targets: list[Record],
    details: dict[str, str] | None = None,
) -> Record:
    """One successful activity of this tenant's directory."""
    correlation_id = guid(rng)
    user = initiated_by.get("user") or {}
    return {
        "time": instant(time, rng.randrange(10)),
        "resourceId": f"/tenants/{tenant.id}/providers/Microsoft.aadiam",
        "operationName": activity.name,
        "operationVersion": "1.0",
        "category": "AuditLogs",
        "tenantId": tenant.id,
        "resultSignature": "None",
        "durationMs": 0,
        "callerIpAddress": user.get("ipAddress"),
        "correlationId": correlation_id,
        "identity": user.get("userPrincipalName") or (initiated_by.get("app") or {}).get("displayName"),
        "Level": 4,
        "properties": {
            "tenantId": tenant.id,
            "resultType": "",
            "resultDescription": "",
            "operationName": activity.name,
            "identity": "",
            "tenantGeo": "EU",
            "id": f"Directory_{correlation_id}_{token_suffix(rng)}",
            "category": activity.category,
            "correlationId": correlation_id,
            "result": "success",
            "resultReason": "",
            "activityDisplayName": activity.name,
            "activityDateTime": instant(time),
            "loggedByService": activity.service,
            "operationType": activity.operation_type,
            "userAgent": None,
            "initiatedBy": initiated_by,
            "targetResources": targets,
            "additionalDetails": [{"key": key, "value": value} for key, value in (details or {}).items()],
        },
    }


def token_suffix(rng: Random) -> str:
    """The last part of a directory audit id."""
    return f"{rng.randrange(10**8, 10**9)}"


def directory_change(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary change: people, groups, devices and licences; rarely a role activated through PIM."""
    tenant = company.workforce if rng.random() < 0.5 else rng.choice(company.customers)
    if rng.random() < 0.004:
        return pim_activation(rng, tenant, time)
    if rng.random() < 0.004:
        return harmless_consent(rng, tenant, time)
    name, category, service, operation_type, kind, _ = rng.choices(ORDINARY, _WEIGHTS)[0]
    subject = rng.choice(tenant.people)
    attribute = rng.choice(_ATTRIBUTES)
    changes = [
        change(attribute, [f"{attribute} {rng.randrange(1000)}"], [f"{attribute} {rng.randrange(1000)}"]),
        change("Included Updated Properties", attribute),
        change("TargetId.UserType", "Member"),
    ]
    return audit_record(
        rng,
        tenant,
        time,
        Activity(name, category, service, operation_type),
        _initiator(rng, company, tenant, subject, name, service),
        [_ordinary_target(rng, kind, subject, tenant.service_principals, changes)],
        {"User-Agent": subject.origin.user_agent, "UserType": "Member"},
    )


def _initiator(
    rng: Random, company: Company, tenant: Tenant, subject: Person, name: str, service: str
) -> Record:
    if service in {"Authentication Methods", "Entitlement Management"} or name in _SELF_SERVICE:
        return by_user(subject)
    if service == "Account Provisioning" or rng.random() < 0.5:
        principal = tenant.service_principals[0]
        return by_app("Microsoft Entra Provisioning", principal.id, principal.app_id)
    # The first administrator is the one whom the incident strikes, and does nothing else in this hour.
    return by_user(
        rng.choice(company.administrators[1:] if tenant is company.workforce else tenant.people[:5])
    )


def _ordinary_target(
    rng: Random, kind: str, subject: Person, principals: tuple[ServicePrincipal, ...], changes: list[Record]
) -> Record:
    if kind == "User":
        return target(kind, subject.id, subject.user_principal_name, changes)
    if kind in {"Application", "ServicePrincipal"}:
        principal = rng.choice(principals)
        return target(kind, principal.id, principal.name, changes)
    if kind == "Device":
        return target(
            kind, subject.origin.device_id or guid(rng), subject.origin.device_name or "phone", changes
        )
    return target(kind, guid(rng), f"{kind} {rng.randrange(400):03d}", changes)


def pim_activation(rng: Random, tenant: Tenant, time: datetime) -> Record:
    """A role activated through Privileged Identity Management, as the core directory logs it."""
    subject = rng.choice(tenant.people)
    return audit_record(
        rng,
        tenant,
        time,
        Activity("Add member to role", "RoleManagement", "Core Directory", "Assign"),
        by_app("MS-PIM", guid(rng), "01fc33a7-78ba-4d2f-a4b7-768e336e890e"),
        role_targets(subject.id, subject.user_principal_name, "Helpdesk Administrator", guid(rng)),
    )


def role_targets(user_id: str, user_principal_name: str, role: str, role_template_id: str) -> list[Record]:
    """The targets of "Add member to role": the user, whose changes name the role, and the role."""
    changes = [
        change("Role.ObjectID", role_template_id),
        change("Role.DisplayName", role),
        change("Role.TemplateId", role_template_id),
        change("Role.WellKnownObjectName", role.replace(" ", "")),
    ]
    return [target("User", user_id, user_principal_name, changes), target("Role", role_template_id, role)]


def harmless_consent(rng: Random, tenant: Tenant, time: datetime) -> Record:
    """A user consents to an application that only wants to know the user's name."""
    person = rng.choice(tenant.people)
    return consent(rng, tenant, time, by_user(person), "Meeting Planner", "openid profile User.Read", False)


def consent(
    rng: Random, tenant: Tenant, time: datetime, initiated_by: Record, app: str, scope: str, admin: bool
) -> Record:
    """The activity "Consent to application" with the given delegated permissions, space-separated."""
    grant = (
        f"Id: {guid(rng)[:22]}, ClientId: {guid(rng)}, PrincipalId: , ResourceId: {guid(rng)}, "
        f"ConsentType: {'AllPrincipals' if admin else 'Principal'}, Scope: {scope}, "
        "CreatedDateTime: , LastModifiedDateTime "
    )
    changes = [
        change("ConsentContext.IsAdminConsent", str(admin)),
        change("ConsentContext.IsAppOnly", "False"),
        change("ConsentContext.OnBehalfOfAll", str(admin)),
        change("ConsentAction.Permissions", f"[] => [[{grant}]]; "),
        change("ConsentAction.Reason", "None"),
    ]
    return audit_record(
        rng,
        tenant,
        time,
        Activity("Consent to application", "ApplicationManagement", "Core Directory", "Assign"),
        initiated_by,
        [target("ServicePrincipal", guid(rng), app, changes)],
        {"User-Agent": "EvoSTS", "AppId": guid(rng)},
    )
