from functions.detectors.azure.vocabulary import CONTROL_PLANE
from shared.detection import Severity, detector, select, suffix
from shared.events import Event


@detector(
    title="{actor_username} regenerated a key of {target_name}",
    severity=Severity.LOW,
    techniques=["T1098.001", "T1531"],
    on=select(
        CONTROL_PLANE,
        operation=suffix(
            "/regeneratekey/action",
            "/regeneratekeys/action",
            "/regenerateaccesskey/action",
            "/regenerateprimarykey/action",
            "/regeneratesecondarykey/action",
            "/regenerateadminkey/action",
        ),
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "See whether applications that use the service fail.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Regenerate the keys and give them to the applications."],
    false_positives=["Planned rotation of keys."],
)
def service_keys_regenerated(event: Event) -> bool:
    """A new key locks out those who used the old one, and serves the one who made it."""
    return not str(event.operation).casefold().startswith(("microsoft.storage/", "microsoft.eventhub/"))
