from shared.detection import Severity, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} tried to take account {account_id} out of its organisation",
    severity=Severity.HIGH,
    techniques=["T1666"],
    on=aws_cloudtrail(operation=["LeaveOrganization", "RemoveAccountFromOrganization"]),
    confidence=80,
    runbook=["Was it allowed or refused?", "Is the account being sold or closed?"],
    response=["Deny the call by policy of the organisation.", "Revoke the sessions of {actor_username}."],
    false_positives=["Accounts that are handed over."],
)
def organization_left(event: Event) -> bool:
    """Outside the organisation none of its limits hold, and its trail no longer sees the account."""
    return True
