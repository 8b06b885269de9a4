from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} opened the vault {target_name} to public networks",
    severity=Severity.MEDIUM,
    techniques=["T1562.007"],
    on=done("Microsoft.KeyVault/vaults/write", "Microsoft.KeyVault/managedHSMs/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "See from which addresses the vault was used since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Close the vault's firewall again."],
    false_positives=["New vaults that are closed a step later."],
)
def key_vault_network_opened(event: Event) -> bool:
    """With the firewall open, a stolen token reads secrets from anywhere."""
    opened = "allow" in written(event, "networkAcls.defaultAction")
    return opened or "enabled" in written(event, "publicNetworkAccess")
