from functions.detectors.azure.vocabulary import CONTROL_PLANE
from shared.detection import Severity, detector, distinct, select, suffix
from shared.events import Event


@detector(
    title="{actor_username} deleted {count} resources",
    severity=Severity.HIGH,
    techniques=["T1485"],
    on=select(CONTROL_PLANE, operation=suffix("/delete"), event_result="Success"),
    window=distinct(of="resource_id", by="actor_username", threshold=25, period="10m"),
    confidence=60,
    runbook=[
        "List what was deleted, and what can still be recovered.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Revoke the sessions of {actor_username} and take its roles; recover what soft delete holds."],
    false_positives=["Retirement of environments; pipelines that clean up: allow-list their identity."],
)
def mass_deletion(event: Event) -> bool:
    """One deletion is work, dozens within minutes are destruction, unless a whole environment is retired."""
    return True
