from functions.detectors.azure.vocabulary import CONTROL_PLANE
from shared.detection import LoggingLoss, Severity, detector, select, suffix
from shared.events import Event


@detector(
    title="{actor_username} deleted the diagnostic setting {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008"],
    on=select(
        CONTROL_PLANE,
        operation=suffix(
            "insights/diagnosticsettings/delete",
            "aadiam/diagnosticsettings/delete",
            "insights/logprofiles/delete",
        ),
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.SETTING_DELETED,
    confidence=80,
    runbook=[
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "Check whether the resource itself was deleted too ({correlation_id}): then it is tidying up.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Restore the setting from its template, then read the resource's own log for the gap."],
    false_positives=["Deletion of a whole environment removes its settings too."],
)
def diagnostic_settings_deleted(event: Event) -> bool:
    """A deleted diagnostic setting ends the export of a resource's logs: what follows there is seen by nobody."""
    return True
