from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} read or wrote function keys of {target_name}",
    severity=Severity.LOW,
    techniques=["T1528", "T1098.001"],
    on=done(
        "Microsoft.Web/sites/host/listkeys/action",
        "Microsoft.Web/sites/functions/listkeys/action",
        "Microsoft.Web/sites/functions/listsecrets/action",
        "Microsoft.Web/sites/functions/keys/write",
        "Microsoft.Web/sites/host/functionKeys/write",
        "Microsoft.Web/sites/host/systemKeys/write",
        "Microsoft.Web/sites/functions/masterkey/read",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "See which functions were called with a key since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Rotate the keys."],
    false_positives=["Deployments that wire functions together."],
)
def function_keys_changed(event: Event) -> bool:
    """The host's key runs every function and replaces their code."""
    return True
