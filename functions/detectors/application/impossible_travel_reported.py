from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{actor_username} seen in two distant places by {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1078"],
    on=application(operation="authn_impossible_travel"),
    dedup=("app_name", "actor_user_id"),
    dedup_period="6h",
    confidence=50,
    runbook=[
        "Which of the two places does the user usually come from?",
        "Is one of the addresses a VPN exit?",
        "What was done in the other session?",
    ],
    response=["End the sessions of {actor_username} and reset the password."],
    false_positives=["VPNs and mobile networks."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def impossible_travel_reported(event: Event) -> bool:
    """Two distant logins within a short time are two people: one of them is not the user."""
    return True
