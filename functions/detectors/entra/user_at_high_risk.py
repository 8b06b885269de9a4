from shared.detection import Severity, detector
from shared.events import Event
from shared.events.sources.entra_risk import entra_risk


@detector(
    title="{actor_username} is at high risk ({event_result_details})",
    severity=Severity.HIGH,
    techniques=["T1078.004"],
    on=entra_risk(
        where={"properties.riskLevel": "high", "properties.riskState": ["atRisk", "confirmedCompromised"]}
    ),
    dedup=("actor_user_id",),
    dedup_period="24h",
    confidence=75,
    runbook=[
        "Which detections raised the risk (riskEventType), and when?",
        "List sign-ins, consents, methods and mail rules of {actor_username} since.",
        "Ask {actor_username} by phone.",
    ],
    response=[
        "Reset the password and revoke the sessions of {actor_username}.",
        "For a workload identity: rotate its credential.",
    ],
    false_positives=["Penetration tests; a password list that is years old."],
    references=["https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks"],
)
def user_at_high_risk(event: Event) -> bool:
    """Leaked passwords and stolen tokens are found hours after the sign-in; the account's own risk is
    where that shows.
    """
    return True
