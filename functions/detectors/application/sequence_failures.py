from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{actor_username} broke the sequence of {app_name} {count} times",
    severity=Severity.LOW,
    techniques=["T1190"],
    on=application(operation="sequence_fail"),
    window=count(by=["app_name", "actor_user_id"], threshold=5, period="10m"),
    confidence=45,
    runbook=[
        "Which step was skipped, and did the result stand?",
        "Are there refunds, orders or transfers of {actor_username}?",
    ],
    response=["Undo what went through.", "Check the sequence on the server."],
    false_positives=["Browser tabs and back buttons."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def sequence_failures(event: Event) -> bool:
    """Skipping payment or approval is an attack on the business itself, not on its machines."""
    return True
