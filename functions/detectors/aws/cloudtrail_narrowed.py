from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} narrowed what CloudTrail records: {operation}",
    severity=Severity.HIGH,
    techniques=["T1562.008"],
    on=done(
        "PutEventSelectors", "UpdateTrail", "PutInsightSelectors", target_type="cloudtrail.amazonaws.com"
    ),
    explains=LoggingLoss.TRAIL,
    confidence=75,
    runbook=[
        "Compare the new setting with the old: management events, regions, global services.",
        "Ask {actor_username} for the change request.",
        "What did the same access key do since?",
    ],
    response=["Restore the selectors.", "Deactivate the access key if the change was not planned."],
    false_positives=["Data events that are left out because of their cost."],
    references=["https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html"],
)
def cloudtrail_narrowed(event: Event) -> bool:
    """A trail that runs but no longer writes management events is as good as stopped, and nobody notices."""
    if event.operation.casefold() == "puteventselectors":
        selectors = event.get("requestParameters.eventSelectors")
        complete = any(
            one.get("includeManagementEvents") is not False and one.get("readWriteType", "All") == "All"
            for one in (selectors if isinstance(selectors, list) else ())
            if isinstance(one, dict)
        )
        return not complete and '"management"' not in event.texts("requestParameters.advancedEventSelectors")
    weakened = (
        "isMultiRegionTrail",
        "includeGlobalServiceEvents",
        "enableLogFileValidation",
        "isOrganizationTrail",
    )
    return event.get("requestParameters.insightSelectors") == [] or any(
        event.get(f"requestParameters.{name}") is False for name in weakened
    )
