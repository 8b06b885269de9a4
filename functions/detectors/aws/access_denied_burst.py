from shared.detection import Severity, contains, detector, distinct
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} was refused {count} different AWS calls",
    severity=Severity.MEDIUM,
    techniques=["T1580", "T1087.004"],
    on=aws_cloudtrail(
        event_result="Failure",
        event_result_details=contains("AccessDenied", "UnauthorizedOperation", "Unauthorized"),
    ),
    window=distinct(of="operation", by="actor_user_id", threshold=10, period="10m"),
    confidence=55,
    runbook=[
        "Is {src_ip_addr} usual for {actor_username}?",
        "Which calls were allowed?",
        "Does the user agent name a tool?",
    ],
    response=["Deactivate the key or revoke the role's sessions."],
    false_positives=["New software with too few rights; security scanners."],
)
def access_denied_burst(event: Event) -> bool:
    """Software calls what it may; whoever runs into ten different refusals is finding out what a stolen key can do."""
    return True
