"""Encryption at rest of a database switched off (T1562.001)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} switched off the encryption of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=[
            "Microsoft.Sql/servers/databases/transparentDataEncryption/write",
            "Microsoft.Sql/managedInstances/databases/transparentDataEncryption/write",
        ],
        event_result="Success",
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
    return any(
        str(event.get(f"properties.{body}.properties.{name}")).casefold() == "disabled"
        for body in ("requestbody", "responseBody")
        for name in ("state", "status")
    )
