from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted or purged {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.008", "T1485"],
    on=done(
        "Microsoft.Insights/components/delete",
        "Microsoft.Insights/components/purge/action",
        "Microsoft.Insights/workbooks/delete",
        "Microsoft.Insights/webtests/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=45,
    runbook=[
        "Check whether the application itself was retired.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create the component again and give the application its new connection string."],
    false_positives=["Applications that were retired."],
)
def application_insights_deleted(event: Event) -> bool:
    """The traces of an application are the record of what was done in it; without them an intrusion there cannot
    be told.
    """
    return True
