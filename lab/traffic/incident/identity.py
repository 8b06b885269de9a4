"""The incident in Entra ID: the way in (minutes 8 to 10), then what is changed there (minutes 14 to 20)."""

from __future__ import annotations

from typing import Final

from lab.traffic.identifiers import guid
from lab.traffic.incident.stage import INTRUDER, SPRAYER, Stage, Step
from lab.traffic.records.entra_audit import (
    Activity,
    audit_record,
    by_user,
    change,
    consent,
    role_targets,
    target,
)
from lab.traffic.records.entra_signin import AZURE_PORTAL, WRONG_PASSWORD, Attempt, user_sign_in
from lab.traffic.records.shape import Record
from lab.traffic.routes import Sent, send

SPRAYED_USERS: Final = 25
FAILED_SIGN_INS: Final = 12
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
USER_ADMINISTRATOR: Final = "fe930be7-5e62-47db-91af-98c3a49a38b1"
MICROSOFT_GRAPH: Final = "00000003-0000-0000-c000-000000000000"


def steps(stage: Stage) -> list[Step]:
    """Every step, in order of time."""
    return [_password_spray(stage), _takeover(stage), *_changes(stage)]


def _password_spray(stage: Stage) -> Step:
    """One password tried on many people from one address."""
    employees = [person for person in stage.tenant.people if person not in stage.company.administrators]
    attempt = Attempt(WRONG_PASSWORD, AZURE_PORTAL, multifactor=False)
    sent = []
    for number, person in enumerate(stage.rng.sample(employees, SPRAYED_USERS)):
        time = stage.at(8 + 2 * number / SPRAYED_USERS)
        sent.append(send(time, user_sign_in(stage.rng, stage.tenant, person, SPRAYER, time, attempt)))
    return Step("password_spray", tuple(sent))


def _takeover(stage: Stage) -> Step:
    """Passwords tried on one administrator from abroad; the one that is right is seen as a high risk."""
    failed = Attempt(WRONG_PASSWORD, AZURE_PORTAL, multifactor=False)
    inside = Attempt(
        application=AZURE_PORTAL,
        multifactor=False,
        risk_level="high",
        risk_state="atRisk",
        risk_event_types=("unfamiliarFeatures", "maliciousIPAddress"),
    )
    sent: list[Sent] = []
    for number, attempt in enumerate([failed] * FAILED_SIGN_INS + [inside]):
        time = stage.at(8.5 + number / 10)
        sent.append(send(time, user_sign_in(stage.rng, stage.tenant, stage.victim, INTRUDER, time, attempt)))
    return Step("account_takeover", tuple(sent))


def _changes(stage: Stage) -> list[Step]:
    """What the intruder changes in the directory, as the administrator."""
    rng, victim = stage.rng, stage.victim
    principal = stage.tenant.service_principals[1]
    accomplice = stage.tenant.people[7]
    guest_id = guid(rng)
    guest = "m.ost_partnerdesk.example#EXT#@quayside.example"
    policy_id, policy = stage.tenant.policies[0]
    key = f"[KeyIdentifier={guid(rng)},KeyType=Password,KeyUsage=Verify,DisplayName=sync]"
    victim_target = [target("User", victim.id, victim.user_principal_name, [])]
    methods = [{"MethodType": 6, "Default": True}]

    def changed(name: str, minute: float, activity: Activity, targets: list[Record]) -> Step:
        by = by_user(victim, INTRUDER.address)
        return stage.step(
            name, minute, audit_record(rng, stage.tenant, stage.at(minute), activity, by, targets)
        )

    return [
        changed(
            "security_info_deleted",
            14,
            Activity("User deleted security info", "UserManagement", "Authentication Methods", "Delete"),
            victim_target,
        ),
        changed(
            "strong_authentication_disabled",
            14.4,
            Activity("Disable Strong Authentication", "UserManagement", "Core Directory", "Update"),
            [
                target(
                    "User",
                    victim.id,
                    victim.user_principal_name,
                    [change("StrongAuthenticationMethod", [], methods)],
                )
            ],
        ),
        changed(
            "service_principal_credential_added",
            15.5,
            Activity(
                "Add service principal credentials", "ApplicationManagement", "Core Directory", "Update"
            ),
            [
                target(
                    "ServicePrincipal",
                    principal.id,
                    principal.name,
                    [
                        change("KeyDescription", [key], []),
                        change("Included Updated Properties", "KeyDescription"),
                    ],
                )
            ],
        ),
        _consent(stage, 16.5),
        changed(
            "application_permission_granted",
            16.6,
            Activity(
                "Add app role assignment to service principal",
                "ApplicationManagement",
                "Core Directory",
                "Assign",
            ),
            [
                target(
                    "ServicePrincipal",
                    guid(rng),
                    "Microsoft Graph",
                    [
                        change("AppRole.Value", "RoleManagement.ReadWrite.Directory"),
                        change("AppRole.DisplayName", "Read and write all directory RBAC settings"),
                        change("ServicePrincipal.ObjectID", principal.id),
                        change("ServicePrincipal.DisplayName", principal.name),
                        change("TargetId.ServicePrincipalNames", MICROSOFT_GRAPH),
                    ],
                )
            ],
        ),
        changed(
            "global_administrator_assigned",
            17.5,
            Activity("Add member to role", "RoleManagement", "Core Directory", "Assign"),
            role_targets(
                accomplice.id, accomplice.user_principal_name, "Global Administrator", GLOBAL_ADMINISTRATOR
            ),
        ),
        changed(
            "guest_invited",
            18.2,
            Activity("Invite external user", "UserManagement", "Invited Users", "Add"),
            [target("User", guest_id, guest, [change("UserType", ["Guest"], [])])],
        ),
        changed(
            "guest_given_role",
            18.9,
            Activity("Add member to role", "RoleManagement", "Core Directory", "Assign"),
            role_targets(guest_id, guest, "User Administrator", USER_ADMINISTRATOR),
        ),
        changed(
            "conditional_access_policy_deleted",
            19.7,
            Activity("Delete conditional access policy", "Policy", "Conditional Access", "Delete"),
            [
                target(
                    "Policy",
                    policy_id,
                    policy,
                    [change("ConditionalAccessPolicy", None, _policy(policy_id, policy))],
                )
            ],
        ),
    ]


def _consent(stage: Stage, minute: float) -> Step:
    record = consent(
        stage.rng,
        stage.tenant,
        stage.at(minute),
        by_user(stage.victim, INTRUDER.address),
        "Mail Archive Sync",
        "Mail.ReadWrite RoleManagement.ReadWrite.Directory offline_access",
        admin=True,
    )
    return stage.step("risky_consent", minute, record)


def _policy(policy_id: str, name: str) -> Record:
    """The policy as it was: multifactor authentication for everybody, everywhere."""
    return {
        "id": policy_id,
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeUsers": []},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
