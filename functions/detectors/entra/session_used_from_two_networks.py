from shared.detection import Severity, detector, distinct, network_of, present, select
from shared.events import Event, entra_signin_noninteractive, msgraph_activity


@detector(
    title="A session of {actor_username} is used from several networks",
    severity=Severity.MEDIUM,
    techniques=["T1550.001", "T1539"],
    on=select([entra_signin_noninteractive, msgraph_activity], event_result="Success", session_id=present()),
    window=distinct(
        of=network_of("src_ip_addr"), by="session_id", threshold=4, period="1h", outside_own_networks=True
    ),
    confidence=55,
    runbook=[
        "Whose networks are they? A phone on the way changes between few of the same provider.",
        "Compare the user agents on both sides: a token that was taken is used by other software.",
        "How did the session begin: was there a device code, a link in a message, a prompt without a reason?",
    ],
    response=[
        "Revoke the refresh tokens of {actor_username}.",
        "Require token protection or a compliant device for what was reached.",
    ],
    false_positives=["People on trains; split tunnels of a VPN that is not declared."],
    references=["https://learn.microsoft.com/entra/identity/conditional-access/concept-token-protection"],
)
def session_used_from_two_networks(event: Event) -> bool:
    """A stolen token needs no password and no second factor; only where it is used from gives it away."""
    return True
