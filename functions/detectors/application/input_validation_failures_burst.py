from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{count} invalid inputs to {app_name} from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1190"],
    on=application(
        operation=["input_validation_fail", "input_validation_discrete_fail", "malicious_extraneous"]
    ),
    window=count(by=["app_name", "src_ip_addr"], threshold=20, period="10m"),
    confidence=55,
    runbook=[
        "Which fields and values? Quotes, paths and templates are attempts.",
        "Are there server errors or long answers among the neighbours?",
    ],
    response=["Block {src_ip_addr}.", "Fix what got through."],
    false_positives=["A client of the interface after a change of its contract."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def input_validation_failures_burst(event: Event) -> bool:
    """Forms do not let people send this; a program that tries what gets through does."""
    return True
