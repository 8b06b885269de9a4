from shared.detection import Severity, detector, suffix
from shared.events import Event, azure_storage

_ENDINGS = (
    ".encrypted", ".locked", ".crypt", ".crypted", ".enc", ".lockbit", ".blackcat", ".akira",
    "readme_for_decrypt.txt", "how_to_decrypt.txt", "restore_files.txt", "decrypt_instructions.html",
)  # fmt: skip


@detector(
    title="Files of {account_id} were written with an ending of ransomware: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1486"],
    on=azure_storage(
        operation=[
            "PutBlob",
            "PutBlockList",
            "CopyBlob",
            "RenamePath",
            "RenamePathFile",
            "CreateFile",
            "CreatePathFile",
        ],
        target_name=suffix(*_ENDINGS),
    ),
    dedup=("account_id", "src_ip_addr"),
    confidence=60,
    runbook=[
        "Read a sample and the note; look for deletions of the originals.",
        "Find out with what the writer authenticated.",
    ],
    response=["Revoke the keys and signatures of the account; restore from versions or backup."],
    false_positives=["Applications that encrypt files themselves: allow-list their account."],
)
def storage_encrypted_names_written(event: Event) -> bool:
    """Renamed copies with such endings, or a note beside them, are what is left after data was encrypted for ransom."""
    return True
