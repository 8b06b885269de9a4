from shared.detection import Severity, detector, distinct
from shared.events import Event, application


@detector(
    title="{count} users locked in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1110"],
    on=application(operation=["authn_login_lock", "authn_login_fail_max"]),
    window=distinct(of="actor_username", by="app_name", threshold=10, period="30m"),
    confidence=60,
    runbook=[
        "From which addresses did the failures come?",
        "Did logins from these addresses succeed for others?",
    ],
    response=["Block the addresses; unlock the users.", "Ask for a challenge at login."],
    false_positives=["A release that broke the login."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def accounts_locked_in_number(event: Event) -> bool:
    """Locks of many users at once are the trace of a guessing attack, and keep customers out."""
    return True
