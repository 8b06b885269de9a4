from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} deleted the vault {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1490"],
    on=[
        *done("Microsoft.KeyVault/vaults/delete", "Microsoft.KeyVault/managedHSMs/delete"),
        azure_keyvault(operation="VaultDelete", event_result="Success"),
    ],
    dedup=("resource_id",),
    confidence=65,
    runbook=[
        "Check whether soft delete holds the vault, and for how long.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Recover the vault before it is purged."],
    false_positives=["Vaults of retired environments."],
)
def key_vault_deleted(event: Event) -> bool:
    """What is encrypted with a vault's keys is lost with them; applications without their secrets stop."""
    return True
