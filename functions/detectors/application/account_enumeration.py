from shared.detection import Severity, contains, detector, distinct
from shared.events import Event, application

UNKNOWN = ("unknown_user", "unknown user", "user_not_found", "user not found", "no_such_user", "invalid_user")


@detector(
    title="{count} unknown users asked for in {app_name} from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1087", "T1110.004"],
    on=[
        application(operation="authn_login_fail", event_result_details=contains(*UNKNOWN)),
        application(operation="authn_login_fail", where={"details.reason": contains(*UNKNOWN)}),
    ],
    window=distinct(of="actor_username", by=["app_name", "src_ip_addr"], threshold=10, period="10m"),
    confidence=55,
    runbook=[
        "Does the application answer differently for unknown users? Then names leak.",
        "Which real users are among the names?",
        "Does {src_ip_addr} also reset passwords or register?",
    ],
    response=["Give the same answer for unknown users and wrong passwords.", "Block {src_ip_addr}."],
    false_positives=["A customer who moved to other addresses."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def account_enumeration(event: Event) -> bool:
    """Whoever tries names that were never registered works from a list, or learns from the answers who is
    a customer.
    """
    return True
