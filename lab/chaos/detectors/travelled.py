"""One user in two countries too far apart (travel)."""

from shared.detection import Severity, detector, travel
from shared.events import Event, application


@detector(
    title="{actor_username} travelled",
    severity=Severity.MEDIUM,
    techniques=["T1078"],
    on=application(operation=["authn_login_success"]),
    window=travel(by="actor_username", threshold=1000, period="24h"),
)
def travelled(event: Event) -> bool:
    """Compares every two sightings of one user."""
    return True
