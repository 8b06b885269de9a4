"""Shared key access to a storage account switched on (T1098, T1550)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} allowed shared keys for {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098", "T1550"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=["Microsoft.Storage/storageAccounts/write"],
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "See who listed the account's keys since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Switch shared keys off and regenerate both."],
    false_positives=["Tools that cannot use identities yet."],
)
def storage_shared_key_enabled(event: Event) -> bool:
    """A shared key opens the whole account, names nobody in the logs and passes no conditional access."""
    return any(
        event.get(f"properties.{body}.properties.allowSharedKeyAccess") in (True, "true", "True")
        for body in ("requestbody", "responseBody")
    )
