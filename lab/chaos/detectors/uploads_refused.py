"""Most uploads of one user refused (a share, which only the timer judges)."""

from shared.detection import Severity, detector, share
from shared.events import Event, application


@detector(
    title="{actor_username} uploads what is refused",
    severity=Severity.LOW,
    techniques=["T1190"],
    on=application(operation=["upload_validation"]),
    window=share(
        part={"event_result": "Failure"}, by="actor_username", threshold=50, attempts=8, period="10m"
    ),
)
def uploads_refused(event: Event) -> bool:
    """Counts refused records among all of one user."""
    return True
