"""Deletions by one user (one alert a user and hour)."""

from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{actor_username} deleted documents",
    severity=Severity.LOW,
    techniques=["T1485"],
    on=application(operation=["sensitive_delete"]),
    dedup=["actor_username"],
    dedup_period="1h",
)
def documents_deleted(event: Event) -> bool:
    """Records of one user and hour are one episode."""
    return True
