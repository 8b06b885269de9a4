from shared.detection import Severity, count, detector, none_of
from shared.events import Event, application


@detector(
    title="{actor_username} read {count} sensitive records in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1213"],
    on=application(operation="sensitive_read", event_result=none_of("Failure")),
    window=count(by=["app_name", "actor_user_id"], threshold=100, period="10m"),
    confidence=50,
    runbook=[
        "Which records, and of how many customers or people?",
        "Was it a screen, an export or the interface for programs?",
        "Is {src_ip_addr} usual for {actor_username}?",
    ],
    response=[
        "End the sessions and revoke the tokens of {actor_username}.",
        "Find out what left: that decides who must be told.",
    ],
    false_positives=["Reports, month-end, migrations."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def sensitive_data_mass_read(event: Event) -> bool:
    """People read what they work on; whoever reads hundreds of records in minutes is copying them."""
    return True
