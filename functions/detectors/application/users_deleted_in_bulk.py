from shared.detection import Severity, count, detector, none_of
from shared.events import Event, application


@detector(
    title="{actor_username} deleted {count} users of {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1531"],
    on=application(operation=["user_deleted", "user_archived"], event_result=none_of("Failure")),
    window=count(by=["app_name", "actor_user_id"], threshold=10, period="10m"),
    confidence=50,
    runbook=["Whose accounts, and of which customer?", "Ask {actor_username}."],
    response=["End the sessions of {actor_username}; restore the users."],
    false_positives=["A customer who leaves."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def users_deleted_in_bulk(event: Event) -> bool:
    """Accounts are taken away to lock people out, or to hide who did what."""
    return True
