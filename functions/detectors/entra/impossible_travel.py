from shared.detection import Severity, detector, travel
from shared.events import Event, entra_signin


@detector(
    title="{actor_username} signed in from two places too far apart",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=entra_signin(event_result="Success"),
    window=travel(by="actor_username", threshold=1000, distance=800, period="12h"),
    confidence=55,
    runbook=[
        "Is one of the two addresses a VPN, a proxy or a mobile provider? Then declare it as an own network.",
        "Did {actor_username} pass a second factor at the second place, and with which method?",
        "What was done in the session from the place that is not theirs?",
    ],
    response=["Revoke the sessions of {actor_username} and reset the password."],
    false_positives=["VPN exits that are not declared; places of mobile addresses are rough."],
    references=["https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks"],
)
def impossible_travel(event: Event) -> bool:
    """Two people use one account, or one of the sessions was taken from the other."""
    return True
