from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{app_name} recognised an attack from {src_ip_addr}: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1190"],
    on=application(
        operation=[
            "malicious_excess_404",
            "malicious_excess404",
            "malicious_extraneous",
            "malicious_attack_tool",
            "malicious_cors",
            "malicious_direct_reference",
        ]
    ),
    dedup=("app_name", "src_ip_addr", "operation"),
    confidence=60,
    runbook=[
        "Was the user logged in? Then the account is in the attacker's hands, or is the attacker.",
        "Which requests from {src_ip_addr} were answered with success?",
        "Is a penetration test announced?",
    ],
    response=["Block {src_ip_addr}.", "End the session of {actor_username}."],
    false_positives=["Announced tests; scanners of the company's own."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def malicious_input(event: Event) -> bool:
    """The application itself says that the request was no mistake: a tool, a forged reference, a field
    nobody asked for.
    """
    return True
