from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} addressed the functions of {target_name} through the control plane",
    severity=Severity.LOW,
    techniques=["T1648"],
    on=done(
        "Microsoft.Web/sites/hostruntime/host/action",
        "Microsoft.Web/sites/slots/hostruntime/host/action",
        "Microsoft.Web/sites/functions/action",
        "Microsoft.Web/sites/hostruntime/webhooks/api/workflows/triggers/run/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Find out which function was run.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Rotate the keys of the function app."],
    false_positives=["The portal, while somebody tests a function."],
)
def function_host_action(event: Event) -> bool:
    """Through the host runtime functions run, and their keys are read, without meeting the application's own door."""
    return True
