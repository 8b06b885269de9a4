"""Many different objects asked for from one address (a distinct window)."""

from shared.detection import Severity, detector, distinct
from shared.events import Event, application


@detector(
    title="{src_ip_addr} probed objects",
    severity=Severity.MEDIUM,
    techniques=["T1087.004"],
    on=application(operation=["authz_fail"]),
    window=distinct(of="target_name", by="src_ip_addr", threshold=5, period="10m"),
)
def objects_probed(event: Event) -> bool:
    """Counts different values of one address."""
    return event.target_name is not None
