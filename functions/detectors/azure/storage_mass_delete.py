from shared.detection import Severity, count, detector
from shared.events import Event, azure_storage


@detector(
    title="{src_ip_addr} deleted {count} blobs of {account_id}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1490"],
    on=azure_storage(
        operation="DeleteBlob DeleteContainer DeleteFile DeletePath DeleteShare DeleteBlobVersion".split()
    ),
    window=count(by=["account_id", "src_ip_addr"], threshold=15, period="10m"),
    confidence=55,
    runbook=[
        "Find out whose address {src_ip_addr} is and with what it authenticated.",
        "Check soft delete: what can be restored, and until when?",
    ],
    response=["Revoke the key, signature or session that was used; restore the blobs."],
    false_positives=["Housekeeping jobs: allow-list their address or account."],
)
def storage_mass_delete(event: Event) -> bool:
    """Deletion in bulk, from an address that does not keep house, is destruction or the end of a theft."""
    answer = event.get("properties.metricResponseType") or event.event_result
    return str(answer).casefold().endswith("success")
