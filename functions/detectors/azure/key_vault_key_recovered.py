from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} read or recovered keys of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1555.006"],
    on=[
        *done(
            "Microsoft.KeyVault/vaults/keys/read/action",
            "Microsoft.KeyVault/vaults/keys/recover/action",
            "Microsoft.KeyVault/vaults/keys/restore/action",
            "Microsoft.KeyVault/vaults/keys/backup/action",
            "Microsoft.KeyVault/vaults/keys/release/action",
            "Microsoft.KeyVault/vaults/secrets/read/action",
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/recover/action",
            "Microsoft.KeyVault/vaults/secrets/restore/action",
            "Microsoft.KeyVault/vaults/secrets/backup/action",
            "Microsoft.KeyVault/vaults/certificates/backup/action",
            "Microsoft.KeyVault/vaults/certificates/recover/action",
            "Microsoft.KeyVault/vaults/certificates/restore/action",
            "Microsoft.KeyVault/managedHSMs/backup/start/action",
        ),
        azure_keyvault(
            operation=[
                "KeyBackup",
                "SecretBackup",
                "CertificateBackup",
                "KeyRestore",
                "SecretRestore",
                "KeyRelease",
                "BackupHsm",
            ],
            event_result="Success",
        ),
    ],
    dedup=("resource_id", "actor_username", "operation"),
    confidence=60,
    runbook=[
        "Find out where the backup went or from where the key came.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Rotate the key and make the old version unusable."],
    false_positives=["Planned backups of vaults: allow-list their identity."],
)
def key_vault_key_recovered(event: Event) -> bool:
    """A backup or restored key leaves the vault whole: it can be opened in another vault that the intruder owns."""
    return True
