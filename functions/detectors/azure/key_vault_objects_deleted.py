from shared.detection import Severity, detector, distinct
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} deleted {count} secrets, keys or certificates",
    severity=Severity.HIGH,
    techniques=["T1485"],
    on=azure_keyvault(
        operation="SecretDelete KeyDelete CertificateDelete SecretPurge KeyPurge CertificatePurge".split(),
        event_result="Success",
    ),
    window=distinct(of="target_name", by="actor_username", threshold=5, period="15m"),
    confidence=70,
    runbook=[
        "List what was deleted and which applications need it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Recover the objects: soft delete keeps them."],
    false_positives=["Vaults that are emptied before they are retired."],
)
def key_vault_objects_deleted(event: Event) -> bool:
    """One secret is replaced now and then; many at once are destroyed."""
    return True
