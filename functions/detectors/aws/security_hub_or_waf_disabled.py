from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off protection: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "DisableSecurityHub",
        "BatchDisableStandards",
        "DisassociateFromAdministratorAccount",
        "DisableMacie",
        "DisableInspector",
        "DeleteInsight",
        "DisassociateWebACL",
        "DeleteWebACL",
        "DeleteAnalyzer",
    ),
    dedup=("actor_user_id", "operation"),
    confidence=55,
    runbook=[
        "What was protected by it, and is there a change request?",
        "What did {actor_username} do since?",
    ],
    response=["Switch it on again."],
    false_positives=["Stacks that are taken down."],
)
def security_hub_or_waf_disabled(event: Event) -> bool:
    """Each of them is an eye or a wall; whoever removes one knows that it is there."""
    return bool(event.get("eventSource") != "guardduty.amazonaws.com")  # GuardDuty has a detector of its own
