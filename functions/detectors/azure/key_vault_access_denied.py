from shared.detection import Severity, count, detector
from shared.events import Event, azure_keyvault


@detector(
    title="{src_ip_addr} was refused {count} times by key vaults",
    severity=Severity.MEDIUM,
    techniques=["T1555.006"],
    on=azure_keyvault(http_status_code="403"),
    window=count(by="src_ip_addr", threshold=15, period="10m"),
    confidence=55,
    runbook=[
        "Find out which identity asked, and for what.",
        "See whether it was refused by the firewall or by missing rights, and whether it got in elsewhere.",
    ],
    response=["Disable the identity if its owner does not know of it."],
    false_positives=["A workload whose access was removed by mistake."],
)
def key_vault_access_denied(event: Event) -> bool:
    """Refusals in a row mean that somebody tries an identity on vaults it was never given."""
    return True
