from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} weakened GuardDuty: {operation}",
    severity=Severity.HIGH,
    techniques=["T1562.001"],
    on=done(
        "DeleteDetector",
        "UpdateDetector",
        "DisassociateFromMasterAccount",
        "DisassociateFromAdministratorAccount",
        "DisassociateMembers",
        "DeleteMembers",
        "StopMonitoringMembers",
        "DeletePublishingDestination",
        "CreateIPSet",
        "UpdateIPSet",
        "CreateFilter",
        target_type="guardduty.amazonaws.com",
    ),
    confidence=75,
    runbook=[
        "What was switched off, for which accounts and regions?",
        "Is there a change request of the security team?",
        "What did {actor_username} do since?",
    ],
    response=["Switch it on again; remove the list or filter.", "Revoke the sessions of {actor_username}."],
    false_positives=["Moves of the administrator account."],
)
def guardduty_disabled(event: Event) -> bool:
    """GuardDuty would have said something; a trusted address list or a filter that archives silences it as
    well as deletion.
    """
    match event.operation.casefold():
        case "updatedetector":
            return event.get("requestParameters.enable") is False
        case "createfilter":
            return str(event.get("requestParameters.action")).casefold() == "archive"
    return True
