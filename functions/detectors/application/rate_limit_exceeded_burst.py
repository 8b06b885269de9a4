from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{src_ip_addr} exceeded rate limits of {app_name} {count} times",
    severity=Severity.LOW,
    techniques=["T1499.003"],
    on=application(operation="excess_rate_limit_exceeded"),
    window=count(by=["app_name", "src_ip_addr"], threshold=20, period="10m"),
    confidence=45,
    runbook=["Which endpoint: login, search, export?", "Is the address a customer's integration?"],
    response=["Block {src_ip_addr}, or give the integration a limit of its own."],
    false_positives=["Integrations that retry without waiting."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def rate_limit_exceeded_burst(event: Event) -> bool:
    """Whoever keeps running into the limit scrapes, guesses or floods; the limit only slows them down."""
    return True
