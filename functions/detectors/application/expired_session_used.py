from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="A session of {actor_username} was used after its end in {app_name}",
    severity=Severity.LOW,
    techniques=["T1550.004", "T1539"],
    on=application(operation="session_use_after_expire"),
    window=count(by=["app_name", "actor_user_id", "src_ip_addr"], threshold=3, period="15m"),
    confidence=40,
    runbook=[
        "Compare address and user agent with those of the session while it was alive.",
        "Was the session ended because something was wrong?",
    ],
    response=["End all sessions of {actor_username}."],
    false_positives=["Tabs left open overnight, clients that retry."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def expired_session_used(event: Event) -> bool:
    """The browser of the user forgets a session that ended; whoever copied its cookie does not know that it did."""
    return True
