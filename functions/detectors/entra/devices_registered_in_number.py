from shared.detection import Severity, count, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} registered {count} devices",
    severity=Severity.MEDIUM,
    techniques=["T1098.005"],
    on=entra_audit(operation=["Register device", "Add device"], event_result="Success"),
    window=count(by="actor_user_id", threshold=5, period="1h"),
    confidence=50,
    runbook=[
        "Do the devices exist? Ask {actor_username}.",
        "Operating system and name of the devices: real machines, or the defaults of a tool?",
        "Look at the sign-ins from {src_ip_addr} before.",
    ],
    response=[
        "Delete the devices and revoke the sessions of {actor_username}.",
        "Require multifactor authentication to register devices.",
    ],
    false_positives=["Staging of new machines by one account."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-devices"],
)
def devices_registered_in_number(event: Event) -> bool:
    """A registered device holds a token that lasts for months and satisfies device policies; tools
    register one after the other.
    """
    return True
