"""Many failed sign-ins of one user (a count window)."""

from shared.detection import Severity, count, detector
from shared.events import Event, application


@detector(
    title="{actor_username} failed to sign in",
    severity=Severity.MEDIUM,
    techniques=["T1110.001"],
    on=application(operation=["authn_login_fail"]),
    window=count(by="actor_username", threshold=6, period="10m"),
)
def login_failures(event: Event) -> bool:
    """Counts records of one user."""
    return True
