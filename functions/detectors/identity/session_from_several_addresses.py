"""One session is used from more than one address (T1550.001, T1550.004)."""

from shared.detection import Severity, detector, distinct, none_of
from shared.events import Event, entra_signin


@detector(
    title="Session of {actor_username} used from {count} addresses",
    severity=Severity.MEDIUM,
    techniques=["T1550.001", "T1550.004"],
    on=entra_signin(
        event_result="Success",
        target_name="Microsoft Graph",
        app_name=none_of(
            "Office 365", "Microsoft Office", "Microsoft Teams", "Outlook Mobile", "OneDrive SyncEngine"
        ),
    ),
    window=distinct(of="src_ip_addr", by="session_id", threshold=2, period="30m"),
    confidence=45,
    runbook=[
        "Compare addresses, user agents and devices of the session: a change of all three is a theft.",
        "Was one of the addresses a VPN or a mobile network of {actor_username}?",
        "What did {app_name} read from Graph?",
    ],
    response=[
        "Revoke the sessions of {actor_username}.",
        "Require token protection or compliant devices for {app_name}.",
    ],
    false_positives=["Laptops that move between networks."],
    references=[
        "https://attack.mitre.org/techniques/T1550/001/",
        "https://learn.microsoft.com/entra/identity/conditional-access/concept-token-protection",
    ],
)
def session_from_several_addresses(event: Event) -> bool:
    """A session belongs to one device; when it asks for Graph tokens from a second address, somebody may
    have taken it along.
    """
    return True
