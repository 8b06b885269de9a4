from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{count} failed password changes by {actor_username} in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1110.001"],
    on=application(operation="authn_password_change_fail"),
    window=count(by=["app_name", "actor_user_id"], threshold=5, period="15m"),
    confidence=50,
    runbook=[
        "How did the session begin, and from where?",
        "Ask {actor_username} whether they tried to change their password.",
    ],
    response=["End the sessions of {actor_username}."],
    false_positives=["A rule for new passwords that nobody understands."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def password_change_failures(event: Event) -> bool:
    """Who holds a session but not the password tries to set a new one: the session is stolen."""
    return True
