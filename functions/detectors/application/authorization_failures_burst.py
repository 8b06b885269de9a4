from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{actor_username} was refused {count} times in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1190", "T1078"],
    on=application(operation=["authz_fail", "malicious_direct_reference"]),
    window=count(by=["app_name", "actor_user_id"], threshold=10, period="10m"),
    confidence=60,
    runbook=[
        "Which resources were refused: consecutive numbers, other customers' data, administration?",
        "Which of the neighbouring requests were allowed?",
        "Is {src_ip_addr} usual for {actor_username}?",
    ],
    response=[
        "End the sessions of {actor_username}.",
        "Fix requests that were allowed and should not have been.",
    ],
    false_positives=["A user whose role was just taken away; a broken page."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def authorization_failures_burst(event: Event) -> bool:
    """A user who runs into closed doors one after the other is trying numbers in addresses, or an account
    that is not theirs.
    """
    return True
