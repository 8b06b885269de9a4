"""A change of permissions (an alert for every record)."""

from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="{target_name} was opened to all",
    severity=Severity.HIGH,
    techniques=["T1098"],
    on=application(operation=["privilege_permissions_changed"]),
)
def permission_changed(event: Event) -> bool:
    """Every record that matches is an alert of its own."""
    return bool(event.event_result == "Success")
