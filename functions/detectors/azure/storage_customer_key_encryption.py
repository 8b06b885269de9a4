from shared.detection import Severity, detector
from shared.events import Event, azure_storage


@detector(
    title="A blob of {account_id} is encrypted with somebody's own key: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1486"],
    on=azure_storage(
        event_result_details=[
            "BlobUsesCustomerSpecifiedEncryption",
            "BlobDoesNotUseCustomerSpecifiedEncryption",
            "BlobCustomerSpecifiedEncryptionMismatch",
        ]
    ),
    dedup=("account_id",),
    confidence=70,
    runbook=[
        "Look for writes to the same container just before, and with what they authenticated.",
        "Check soft delete and versions: is the clear version still there?",
    ],
    response=["Revoke the keys and signatures of the account; restore the earlier versions."],
    false_positives=["Applications that use customer-provided keys: allow-list their account."],
)
def storage_customer_key_encryption(event: Event) -> bool:
    """Blobs written with a customer-provided key can be read by nobody else: ransomware for storage works like this."""
    return True
