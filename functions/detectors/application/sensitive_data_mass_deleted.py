from shared.detection import Severity, count, detector, none_of
from shared.events import Event, application


@detector(
    title="{actor_username} deleted {count} sensitive records in {app_name}",
    severity=Severity.HIGH,
    techniques=["T1485"],
    on=application(operation="sensitive_delete", event_result=none_of("Failure")),
    window=count(by=["app_name", "actor_user_id"], threshold=25, period="10m"),
    confidence=60,
    runbook=[
        "Ask {actor_username} by phone.",
        "Can the records be restored, and until when?",
        "Is the session from {src_ip_addr} theirs?",
    ],
    response=[
        "End the sessions of {actor_username}.",
        "Stop the clean-up that makes the deletion final; restore.",
    ],
    false_positives=["Clean-up by retention rules: allow-list the job."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def sensitive_data_mass_deleted(event: Event) -> bool:
    """Data that is deleted in minutes is missing in the morning: extortion, revenge, or a mistake that
    must be stopped.
    """
    return True
