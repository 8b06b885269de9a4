from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{actor_username} disabled monitoring of {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001", "T1562.008"],
    on=application(operation="sys_monitor_disabled"),
    dedup=("app_name", "actor_user_id"),
    confidence=60,
    runbook=[
        "Which monitor, on which host, and is there a change request?",
        "What happened on the host since?",
    ],
    response=["Switch the monitor on again.", "Isolate the host if nobody answers for the change."],
    false_positives=["Maintenance: enter its change window."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def monitoring_disabled(event: Event) -> bool:
    """What is no longer watched is about to be used."""
    return True
