"""A password that is changed after it could not be (a sequence)."""

from shared.detection import Severity, detector, sequence
from shared.events import Event, application


@detector(
    title="{actor_username} changed a password at last",
    severity=Severity.LOW,
    techniques=["T1098"],
    window=sequence(
        [
            application(operation="authn_password_change", event_result="Failure"),
            application(operation="authn_password_change", event_result="Success"),
        ],
        by="actor_username",
        within="10m",
    ),
)
def password_changed_at_last(event: Event) -> bool:
    """Two steps by the same user, in the order of their times."""
    return True
