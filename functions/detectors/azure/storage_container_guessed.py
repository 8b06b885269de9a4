from shared.detection import Severity, detector, distinct
from shared.events import Event, azure_storage


@detector(
    title="{src_ip_addr} guessed {count} names in {account_id}",
    severity=Severity.LOW,
    techniques=["T1619"],
    on=azure_storage(actor_user_type="Anonymous", http_status_code=["404", "403", "409", "401"]),
    window=distinct(of="target_name", by=["account_id", "src_ip_addr"], threshold=25, period="10m"),
    confidence=45,
    runbook=[
        "See whether any guess was right: the same address with 200 on the same account.",
        "Find out whose address {src_ip_addr} is, and what else it has asked for.",
    ],
    response=["Forbid public access on the account."],
    false_positives=["Broken links on a page."],
)
def storage_container_guessed(event: Event) -> bool:
    """Public containers are found by guessing names; many misses from one address are somebody guessing."""
    return True
