from functions.detectors.application.vocabulary import LOGIN_FAILED
from shared.detection import Severity, detector, distinct
from shared.events import Event, application


@detector(
    title="{count} users of {app_name} tried from {src_ip_addr}",
    severity=Severity.HIGH,
    techniques=["T1110.004", "T1110.003"],
    on=application(operation=LOGIN_FAILED),
    window=distinct(of="actor_username", by=["app_name", "src_ip_addr"], threshold=20, period="10m"),
    confidence=75,
    runbook=[
        "Which logins from {src_ip_addr} succeeded? Those accounts are taken over.",
        "Does the attack go on from other addresses with the same user agent?",
        "Is the rate limit of the login in force?",
    ],
    response=[
        "End the sessions and reset the passwords of the users whose login succeeded.",
        "Block {src_ip_addr}, and ask for a challenge at login.",
    ],
    false_positives=["A customer's office behind one address after an outage."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def credential_stuffing(event: Event) -> bool:
    """Names and passwords from other people's breaches are tried here one after the other; some of them will fit."""
    return True
