from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off the encryption of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "Microsoft.Sql/servers/databases/transparentDataEncryption/write",
        "Microsoft.Sql/managedInstances/databases/transparentDataEncryption/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=70,
    runbook=[
        "See whether the database was exported or copied since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Switch encryption on again."],
)
def sql_encryption_disabled(event: Event) -> bool:
    """A database without encryption at rest is readable in every copy and backup."""
    return "disabled" in written(event, "state", "status")
