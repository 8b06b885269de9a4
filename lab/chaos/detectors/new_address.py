"""An address that a user did not have before (a value first seen)."""

from shared.detection import Severity, detector, first_seen
from shared.events import Event, application


@detector(
    title="{actor_username} came from {src_ip_addr}",
    severity=Severity.LOW,
    techniques=["T1078"],
    on=application(operation=["authn_token_created"]),
    window=first_seen(of="src_ip_addr", by="actor_username", learn="1h", memory="3d"),
)
def new_address(event: Event) -> bool:
    """Remembers the addresses of one user."""
    return True
