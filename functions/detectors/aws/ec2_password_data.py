from shared.detection import Severity, count, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} asked for {count} Windows passwords",
    severity=Severity.HIGH,
    techniques=["T1555"],
    on=aws_cloudtrail(operation="GetPasswordData", target_type="ec2.amazonaws.com"),
    window=count(by="actor_user_id", threshold=5, period="10m"),
    confidence=70,
    runbook=["Were the calls allowed or refused?", "Does {actor_username} set up Windows machines?"],
    response=["Change the passwords that were given out.", "Revoke the sessions of {actor_username}."],
    false_positives=["Set-up of many machines."],
)
def ec2_password_data(event: Event) -> bool:
    """The call gives the administrator's password of a Windows machine; nobody needs that of many."""
    return True
