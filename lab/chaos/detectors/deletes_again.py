"""Two findings about one user (correlation: a detector that listens to another)."""

from shared.detection import Severity, count, detector, findings
from shared.events import Event


@detector(
    title="{actor_username} deletes again and again",
    severity=Severity.HIGH,
    techniques=["T1485"],
    on=findings(detector="detectors.documents_deleted"),
    window=count(by="actor_username", threshold=2, period="10h"),
)
def deletes_again(event: Event) -> bool:
    """Counts findings of another detector by their identity."""
    return True
