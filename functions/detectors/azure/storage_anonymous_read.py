from shared.detection import Severity, detector, distinct
from shared.events import Event, azure_storage


@detector(
    title="{src_ip_addr} read {count} blobs of {account_id} without signing in",
    severity=Severity.MEDIUM,
    techniques=["T1530", "T1619"],
    on=azure_storage(
        actor_user_type="Anonymous",
        operation=["GetBlob", "ListBlobs", "GetBlobProperties", "GetContainerProperties"],
        event_result="Success",
    ),
    window=distinct(of="target_name", by=["account_id", "src_ip_addr"], threshold=20, period="15m"),
    confidence=55,
    runbook=[
        "Find out whether the container was meant to be public, and since when it is.",
        "List what was read.",
    ],
    response=["Forbid public access on the account."],
    false_positives=["Accounts that publish a web site: allow-list them."],
)
def storage_anonymous_read(event: Event) -> bool:
    """What is read without signing in is public, whether that was meant or not."""
    return True
