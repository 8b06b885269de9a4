from functions.detectors.azure.vocabulary import CONTROL_PLANE
from shared.detection import LoggingLoss, Severity, detector, select, suffix
from shared.events import Event


@detector(
    title="{actor_username} changed the diagnostic setting {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.008"],
    on=select(
        CONTROL_PLANE,
        operation=suffix(
            "insights/diagnosticsettings/write",
            "aadiam/diagnosticsettings/write",
            "insights/logprofiles/write",
        ),
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.SETTING_CHANGED,
    confidence=40,
    runbook=[
        "Compare the setting's categories and its destination with the template.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the setting back as the template has it."],
    false_positives=["Deployments write settings with every release: allow-list their identity."],
)
def diagnostic_settings_changed(event: Event) -> bool:
    """A setting that is rewritten can lose a category or send the logs to somebody else's hub without ever being
    deleted.
    """
    return True
