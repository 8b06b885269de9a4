from shared.detection import Severity, contains, count, detector
from shared.events import Event, azure_storage

_TOOLS = (
    "azcopy", "azurecli", "storage explorer", "storageexplorer", "python-requests", "aiohttp", "curl/",
    "wget/", "rclone", "powershell", "go-http-client", "mozilla/", "httpx", "boto",
)  # fmt: skip


@detector(
    title="{src_ip_addr} downloaded {count} blobs of {account_id}",
    severity=Severity.MEDIUM,
    techniques=["T1530"],
    on=azure_storage(operation=["GetBlob", "ReadFile", "GetFile"], http_user_agent=contains(*_TOOLS)),
    window=count(by=["account_id", "src_ip_addr"], threshold=50, period="15m"),
    confidence=60,
    runbook=[
        "Find out whose address {src_ip_addr} is and with what it authenticated.",
        "Add up what was read: which containers, how many bytes?",
    ],
    response=["Revoke the key, signature or session that was used."],
    false_positives=["Migrations and restores with AzCopy: allow-list their address."],
)
def storage_mass_read(event: Event) -> bool:
    """Applications read through their library; copying tools, scripts and browsers read for somebody who takes
    data away.
    """
    answer = event.get("properties.metricResponseType") or event.event_result
    return str(answer).casefold().endswith("success")
