from shared.detection import Severity, detector, distinct
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} read {count} different secrets and keys within minutes",
    severity=Severity.HIGH,
    techniques=["T1555.006"],
    on=azure_keyvault(
        operation=[
            "SecretGet",
            "KeyGet",
            "CertificateGet",
            "SecretBackup",
            "KeyBackup",
            "CertificateBackup",
            "SecretGetDeleted",
            "KeyGetDeleted",
        ],
        event_result="Success",
    ),
    window=distinct(of="target_name", by="actor_username", threshold=12, period="10m"),
    confidence=75,
    runbook=[
        "Find out whether {actor_username} is a person or a workload, and from where it came ({src_ip_addr}).",
        "List the secrets that were read: what do they open?",
        "See how {actor_username} signed in: is the session risky or from an unknown device?",
    ],
    response=[
        "Revoke the sessions of {actor_username}, take its access to the vault, and rotate every secret that was read."
    ],
    false_positives=[
        "Backups of vaults and migrations; deployments that read every secret at start: allow-list their identity."
    ],
)
def key_vault_mass_secret_read(event: Event) -> bool:
    """An application reads the few secrets it needs; whoever reads all of them takes the vault with them."""
    return True
