"""One session of an application comes from several addresses (T1539, T1550.004)."""

from shared.detection import Severity, detector, distinct, none_of
from shared.events import Event, application


@detector(
    title="Session of {actor_username} in {app_name} used from {count} addresses",
    severity=Severity.MEDIUM,
    techniques=["T1539", "T1550.004"],
    on=application(
        operation=[
            "session_renewed",
            "sensitive_read",
            "sensitive_create",
            "sensitive_update",
            "sensitive_delete",
        ],
        event_result=none_of("Failure"),
    ),
    window=distinct(of="src_ip_addr", by=["app_name", "session_id"], threshold=3, period="30m"),
    confidence=50,
    runbook=["Do user agents and countries differ too?", "What was done from each address?"],
    response=["End the session and all others of {actor_username}."],
    false_positives=["Mobile networks and proxies that change addresses: declare them."],
    references=[
        "https://attack.mitre.org/techniques/T1539/",
        "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html",
    ],
)
def session_from_several_addresses(event: Event) -> bool:
    """A session that appears at three addresses in half an hour has been copied: its cookie is in several
    hands.
    """
    return True
