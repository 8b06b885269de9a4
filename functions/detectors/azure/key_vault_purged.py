from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} purged {target_name} beyond recovery",
    severity=Severity.HIGH,
    techniques=["T1485", "T1490"],
    on=[
        *done(
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/deletedVaults/purge/action",
            "Microsoft.KeyVault/locations/deletedManagedHSMs/purge/action",
            "Microsoft.KeyVault/vaults/purge/action",
        ),
        azure_keyvault(
            operation=["VaultPurge", "SecretPurge", "KeyPurge", "CertificatePurge"], event_result="Success"
        ),
    ],
    dedup=("resource_id", "actor_username", "operation"),
    confidence=75,
    runbook=[
        "Find out which data was encrypted with the keys, and whether a backup of them exists.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Take the rights of {actor_username}; switch purge protection on for the other vaults."],
    false_positives=["Names that are needed again in test environments."],
)
def key_vault_purged(event: Event) -> bool:
    """Purging takes away the days in which a deletion could still be undone; whoever wants ransom starts here."""
    return True
