from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{actor_username} uploaded a file to {app_name} that failed its scan",
    severity=Severity.MEDIUM,
    techniques=["T1080"],
    on=application(operation=["upload_validation", "upload_validation_failure"]),
    dedup=("app_name", "actor_user_id"),
    confidence=50,
    runbook=[
        "What did the scanner find, and was the file kept?",
        "Did the same user upload others that passed?",
        "Is {actor_username} a customer, a partner or anonymous?",
    ],
    response=[
        "Remove the file; keep a copy for analysis.",
        "End the session of {actor_username} if it was deliberate.",
    ],
    false_positives=["Broken files and macros in old documents."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def malicious_upload(event: Event) -> bool:
    """A file with something in it was put where others will open it."""
    return event.event_result == "Failure" or "fail" in str(event.get("event")).casefold()
