from shared.detection import Severity, detector, rate
from shared.events import Event, azure_storage


@detector(
    title="{actor_user_id} read blobs of {account_id} {count} times in an hour, far more than usual",
    severity=Severity.MEDIUM,
    techniques=["T1530"],
    on=azure_storage(operation=["GetBlob", "ReadFile", "GetFile", "CopyBlob"], event_result="Success"),
    window=rate(by=["account_id", "actor_user_id"], threshold=500, deviations=8.0),
    confidence=50,
    runbook=[
        "Is it a job that was changed or started anew?",
        "How many bytes, of which containers, to which addresses?",
    ],
    response=["Revoke what {actor_user_id} authenticates with, and close the account's network."],
    false_positives=["A reindexing or a migration."],
)
def storage_reads_above_usual(event: Event) -> bool:
    """Data leaves at the pace of a copy, not at that of the work for which it is there."""
    return True
