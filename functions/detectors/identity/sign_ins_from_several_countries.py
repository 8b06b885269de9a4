"""One user signs in from several countries within an hour (T1078.004)."""

from shared.detection import Severity, detector, distinct
from shared.events import Event, entra_signin


@detector(
    title="{actor_username} signed in from {count} countries within an hour",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=entra_signin(event_result="Success"),
    window=distinct(of="src_geo_country", by="actor_user_id", threshold=3, period="1h"),
    confidence=50,
    runbook=[
        "Which of the sign-ins show a known device?",
        "Are the addresses VPN exits, and of whom?",
        "What was done in the unfamiliar sessions?",
    ],
    response=[
        "Revoke the sessions of {actor_username} and reset the password.",
        "Restrict countries by Conditional Access.",
    ],
    false_positives=["VPN and cloud desktops: declare their egress networks."],
    references=[
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks",
    ],
)
def sign_ins_from_several_countries(event: Event) -> bool:
    """Nobody is in three countries in an hour: at least one of the sign-ins is somebody else's, or comes
    through a proxy.
    """
    return True
