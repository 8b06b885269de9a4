from shared.detection import Severity, count, detector
from shared.events import Event, m365_audit


@detector(
    title="{actor_username} downloaded {count} files within half an hour",
    severity=Severity.MEDIUM,
    techniques=["T1530", "T1213.002"],
    on=m365_audit(operation=["FileDownloaded", "FileSyncDownloadedFull"]),
    window=count(by="actor_username", threshold=300, period="30m"),
    confidence=55,
    runbook=[
        "Which sites are the files from, and does {actor_username} work there?",
        "Is the device managed? Does {actor_username} leave the company?",
    ],
    response=[
        "Revoke the sessions of {actor_username}; ask for the files back where they left with a person."
    ],
    false_positives=["The first synchronisation of a new computer."],
)
def files_downloaded_in_mass(event: Event) -> bool:
    """Nobody reads hundreds of files in half an hour; they are taken along."""
    return True
