from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed network logging: {operation}",
    severity=Severity.HIGH,
    techniques=["T1562.008"],
    on=done("DeleteFlowLogs", "DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"),
    explains=LoggingLoss.FLOW_LOG,
    confidence=75,
    runbook=[
        "Which network, and is there a change request?",
        "What did the same access key do in the hour before?",
        "Look at what still shows traffic: firewalls, load balancers.",
    ],
    response=["Create the log again.", "Deactivate the access key if the change was not planned."],
    false_positives=["Networks that are taken down by infrastructure as code."],
    references=["https://aws-samples.github.io/threat-technique-catalog-for-aws/Techniques/T1562.008.html"],
)
def flow_or_dns_logs_deleted(event: Event) -> bool:
    """Flow and DNS logs show where data goes; they are removed before it goes."""
    return True
