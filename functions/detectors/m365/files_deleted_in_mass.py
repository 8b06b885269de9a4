from shared.detection import Severity, count, detector
from shared.events import Event, m365_audit


@detector(
    title="{actor_username} deleted {count} files within half an hour",
    severity=Severity.MEDIUM,
    techniques=["T1485"],
    on=m365_audit(operation=["FileDeleted", "FileRecycled", "FileVersionsAllDeleted", "FolderDeleted"]),
    window=count(by="actor_username", threshold=200, period="30m"),
    confidence=55,
    runbook=[
        "Did {actor_username} tidy up, or was it a program in their name?",
        "Were files uploaded with the same names and another ending? Then they were encrypted.",
    ],
    response=["Revoke the sessions of {actor_username} and restore the library to the time before."],
    false_positives=["The end of a project; retention jobs."],
)
def files_deleted_in_mass(event: Event) -> bool:
    """What is deleted in number is destroyed, or was replaced by what a ransom is asked for."""
    return True
