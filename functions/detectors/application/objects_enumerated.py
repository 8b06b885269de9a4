"""A user asks for very many different objects and is refused (T1087, broken object level authorization)."""

from shared.detection import Severity, detector, distinct, present
from shared.events import Event, application


@detector(
    title="{actor_user_id} tried {count} objects of {app_name} that are not theirs",
    severity=Severity.HIGH,
    techniques=["T1190", "T1213"],
    on=application(operation=["authz_fail", "sensitive_read"], event_result="Failure", target_id=present()),
    window=distinct(of="target_id", by=["app_name", "actor_user_id"], threshold=25, period="30m"),
    confidence=65,
    runbook=[
        "Are the ids consecutive, or of several tenants? Then somebody counts through them.",
        "Which of the same session's requests were not refused? Those objects were read.",
        "Is {actor_user_id} a tester with an order?",
    ],
    response=[
        "Block the session of {actor_user_id}; check the authorization of the function for every object."
    ],
    false_positives=["A client that shows links it should not show."],
    references=["https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/"],
)
def objects_enumerated(event: Event) -> bool:
    """Whoever tries one id after the other looks for the one that the application forgets to check."""
    return True
