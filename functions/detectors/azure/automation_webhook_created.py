from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created a webhook for runbooks: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1546", "T1651"],
    on=done(
        "Microsoft.Automation/automationAccounts/webhooks/write",
        "Microsoft.Automation/automationAccounts/webhooks/action",
        "Microsoft.Automation/automationAccounts/webhooks/generateUri/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Read which runbook it starts.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the webhook."],
    false_positives=["Operations teams at work."],
)
def automation_webhook_created(event: Event) -> bool:
    """Whoever knows the webhook's address starts the runbook, from anywhere and without an account."""
    return True
