from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{count} failed logins of {actor_username} in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1110.001"],
    on=application(operation="authn_login_fail"),
    window=count(by=["app_name", "actor_username"], threshold=10, period="10m"),
    confidence=60,
    runbook=[
        "Was there a success after the failures, and from which address?",
        "Is {src_ip_addr} where the user usually comes from?",
        "Are other users tried from the same address?",
    ],
    response=[
        "Lock or reset the account if a login from {src_ip_addr} succeeded, and end its sessions.",
        "Slow down logins from {src_ip_addr}.",
    ],
    false_positives=["A mobile app or an integration with an old password."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def login_failures_one_user(event: Event) -> bool:
    """Somebody is guessing the password of this user: people mistype a few times and then reset it."""
    return True
