"""Entra ID sign-ins of people: SignInLogs and NonInteractiveUserSignInLogs.

Shape: https://learn.microsoft.com/graph/api/resources/signin and the diagnostic settings of Entra ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from lab.traffic.company import Company, Origin, Person, Tenant
from lab.traffic.identifiers import guid, instant, token
from lab.traffic.records.shape import Record

SUCCESS: Final = 0
WRONG_PASSWORD: Final = 50126
REFUSED: Final = 500121
ASKED_FROM: Final = 700
"""Milliseconds of processing from which a sign-in is one in which the user was asked for a second factor."""
BY_CLAIM: Final = "MFA requirement satisfied by claim in the token"
COMPLETED: Final = "MFA completed in Azure AD"

# What a code means: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
REASONS: Final = {
    SUCCESS: "Other.",
    WRONG_PASSWORD: "Error validating credentials due to invalid username or password.",
    50074: "Strong Authentication is required.",
    50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    50097: "Device authentication is required.",
    500121: "Authentication failed during strong authentication request.",
    50173: "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
    70043: "The refresh token has expired or is invalid due to sign-in frequency checks.",
    65001: "The user or administrator has not consented to use the application.",
}

# (application, its id, resource, the resource's id): Microsoft's published first-party applications
APPLICATIONS: Final = (
    ("Office365 Shell WCSS-Client", "89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell WCSS-Server",
     "5f09333a-842c-47da-a157-57da27fcbca5"),
    ("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams Services",
     "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"),
    ("Outlook Mobile", "27922004-5251-4030-b22d-91ecd9a37ea4", "Office 365 Exchange Online",
     "00000002-0000-0ff1-ce00-000000000000"),
    ("Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c", "Office 365 SharePoint Online",
     "00000003-0000-0ff1-ce00-000000000000"),
    ("OneDrive SyncEngine", "ab9b8c07-8f02-4f72-87fa-80105867a763", "Office 365 SharePoint Online",
     "00000003-0000-0ff1-ce00-000000000000"),
    ("My Apps", "2793995e-0a7d-40d7-bd35-6968ba142197", "Microsoft Graph",
     "00000003-0000-0000-c000-000000000000"),
    ("Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Windows Azure Service Management API",
     "797f4846-ba00-4fd7-ba43-dac1f8f63013"),
)  # fmt: skip
AZURE_PORTAL: Final = APPLICATIONS[-1]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a sign-in went: its error code, what was signed in to, and the risk that Entra ID saw in it."""

    error_code: int = SUCCESS
    application: tuple[str, str, str, str] = APPLICATIONS[0]
    interactive: bool = True
    multifactor: bool = True
    risk_level: str = "none"
    risk_state: str = "none"
    risk_event_types: tuple[str, ...] = ()


def interactive_sign_in(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary sign-in at a prompt; a few in a hundred are mistyped passwords or interrupts."""
    code = SUCCESS
    if rng.random() < 0.05:
        code = rng.choices((WRONG_PASSWORD, 50074, 50140, 50097, 500121, 65001), (10, 4, 4, 1, 1, 1))[0]
    return _ordinary(rng, company, time, Attempt(code, rng.choice(APPLICATIONS), True, rng.random() < 0.7))


def non_interactive_sign_in(rng: Random, company: Company, time: datetime) -> Record:
    """A token renewed by an application without its user; some refresh tokens have expired."""
    code = rng.choice((50173, 70043)) if rng.random() < 0.02 else SUCCESS
    return _ordinary(rng, company, time, Attempt(code, rng.choice(APPLICATIONS), False, rng.random() < 0.5))


def _ordinary(rng: Random, company: Company, time: datetime, attempt: Attempt) -> Record:
    tenant = company.workforce if rng.random() < 0.35 else rng.choice(company.customers)
    person = rng.choice(tenant.people)
    return user_sign_in(rng, tenant, person, person.origin, time, attempt)


def user_sign_in(
    rng: Random, tenant: Tenant, person: Person, origin: Origin, time: datetime, attempt: Attempt
) -> Record:
    """One sign-in of this person from this origin, as `attempt` says."""
    code = str(attempt.error_code)
    reason = REASONS[attempt.error_code]
    category = "SignInLogs" if attempt.interactive else "NonInteractiveUserSignInLogs"
    correlation_id = guid(rng)
    duration = rng.randrange(30, 900)
    # Who is asked for the second factor takes longest; mostly a claim in the token says that it was given before.
    asked = attempt.interactive and (duration >= ASKED_FROM or attempt.error_code == REFUSED)
    return {
        "time": instant(time, rng.randrange(10)),
        "resourceId": f"/tenants/{tenant.id}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": category,
        "tenantId": tenant.id,
        "resultType": code,
        "resultSignature": "SUCCESS" if attempt.error_code == SUCCESS else "None",
        "resultDescription": "" if attempt.error_code == SUCCESS else reason,
        "durationMs": 0,
        "callerIpAddress": origin.address,
        "correlationId": correlation_id,
        "identity": person.display_name,
        "Level": 4,
        "location": origin.place.country,
        "properties": _properties(rng, person, origin, time, attempt, asked)
        | _application(tenant, attempt)
        | {
            "correlationId": correlation_id,
            "processingTimeInMilliseconds": duration,
            "status": {"errorCode": attempt.error_code, "failureReason": reason}
            | ({"additionalDetails": COMPLETED if asked else BY_CLAIM} if attempt.multifactor else {}),
            "appliedConditionalAccessPolicies": _policies(tenant, attempt),
        },
    }


def _properties(
    rng: Random, person: Person, origin: Origin, time: datetime, attempt: Attempt, asked: bool
) -> Record:
    place = origin.place
    managed = bool(origin.device_id)
    unlocked = attempt.error_code == SUCCESS
    return {
        "id": guid(rng),
        "createdDateTime": instant(time),
        "userDisplayName": person.display_name,
        "userPrincipalName": person.user_principal_name,
        "userId": person.id,
        "userType": "Member",
        "ipAddress": origin.address,
        "autonomousSystemNumber": place.autonomous_system_number,
        "clientAppUsed": "Browser" if attempt.interactive else "Mobile Apps and Desktop clients",
        "userAgent": origin.user_agent,
        "deviceDetail": {
            "deviceId": origin.device_id,
            "displayName": origin.device_name,
            "operatingSystem": origin.operating_system,
            "browser": origin.browser,
            "isCompliant": managed,
            "isManaged": managed,
            "trustType": "Azure AD joined" if managed else "",
        },
        "location": {
            "city": place.city,
            "state": place.state,
            "countryOrRegion": place.country,
            "geoCoordinates": {"latitude": place.latitude, "longitude": place.longitude},
        },
        "isInteractive": attempt.interactive,
        "tokenIssuerType": "AzureAD",
        "authenticationRequirement": (
            "multiFactorAuthentication" if attempt.multifactor else "singleFactorAuthentication"
        ),
        "authenticationDetails": _authentication(person, time, attempt, asked) if attempt.interactive else [],
        "authenticationProcessingDetails": [
            {"key": "Login Hint Present", "value": "True"},
        ],
        "authenticationProtocol": "none",
        "incomingTokenType": "none" if attempt.interactive else "refreshToken",
        "originalRequestId": guid(rng),
        # Whoever comes from elsewhere is not in the session that the person has open.
        "sessionId": person.session_id if origin is person.origin else guid(rng),
        "uniqueTokenIdentifier": token(rng, 22),
        "riskDetail": "none",
        "riskLevelAggregated": attempt.risk_level,
        "riskLevelDuringSignIn": attempt.risk_level,
        "riskState": attempt.risk_state,
        "riskEventTypes": list(attempt.risk_event_types),
        "riskEventTypes_v2": list(attempt.risk_event_types),
        "conditionalAccessStatus": "success" if unlocked else "notApplied",
    }


def _application(tenant: Tenant, attempt: Attempt) -> Record:
    name, app_id, resource_name, resource_id = attempt.application
    return {
        "appDisplayName": name,
        "appId": app_id,
        "resourceDisplayName": resource_name,
        "resourceId": resource_id,
        "resourceTenantId": tenant.id,
        "homeTenantId": tenant.id,
    }


def _authentication(person: Person, time: datetime, attempt: Attempt, asked: bool) -> list[Record]:
    password_right = attempt.error_code != WRONG_PASSWORD
    first = {
        "authenticationStepDateTime": instant(time),
        "authenticationMethod": "Password",
        "authenticationMethodDetail": "Password in the cloud",
        "succeeded": password_right,
        "authenticationStepResultDetail": "Correct password" if password_right else REASONS[WRONG_PASSWORD],
        "authenticationStepRequirement": "Primary authentication",
        "StatusSequence": 0,
        "RequestSequence": 1,
    }
    if not (attempt.multifactor and password_right):
        return [first]
    if not asked:
        claimed = {
            "authenticationStepDateTime": instant(time),
            "authenticationMethod": "Previously satisfied",
            "succeeded": True,
            "authenticationStepResultDetail": BY_CLAIM,
            "authenticationStepRequirement": "Multifactor authentication",
        }
        return [first, claimed]
    second = {
        "authenticationStepDateTime": instant(time),
        "authenticationMethod": "Mobile app notification",
        "authenticationMethodDetail": f"Authenticator of {person.display_name}",
        "succeeded": attempt.error_code != REFUSED,
        "authenticationStepResultDetail": (
            COMPLETED if attempt.error_code != REFUSED else "MFA denied; user declined"
        ),
        "authenticationStepRequirement": "Multifactor authentication",
    }
    return [first, second]


def _policies(tenant: Tenant, attempt: Attempt) -> list[Record]:
    """What each Conditional Access policy decided; only the first ever asks for something."""
    passed = attempt.error_code == SUCCESS
    return [
        {
            "id": policy_id,
            "displayName": name,
            "enforcedGrantControls": ["Mfa"] if number == 0 and attempt.multifactor else [],
            "enforcedSessionControls": [],
            "result": "success" if number == 0 and attempt.multifactor and passed else "notApplied",
        }
        for number, (policy_id, name) in enumerate(tenant.policies)
    ]
