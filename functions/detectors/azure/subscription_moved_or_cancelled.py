from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} moved or cancelled {target_name}",
    severity=Severity.HIGH,
    techniques=["T1666", "T1485"],
    on=done(
        "Microsoft.Subscription/cancel/action",
        "Microsoft.Subscription/changeTenant/action",
        "Microsoft.Subscription/acceptOwnership/action",
        "Microsoft.Subscription/aliases/delete",
        "Microsoft.Management/managementGroups/subscriptions/write",
        "Microsoft.Management/managementGroups/subscriptions/delete",
        "Microsoft.Management/managementGroups/delete",
        "Microsoft.Management/managementGroups/settings/write",
        "Microsoft.Billing/billingAccounts/billingSubscriptions/move/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=70,
    runbook=[
        "Find out where the subscription is now and who owns it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Move it back; ask Microsoft's support where it left the directory."],
    false_positives=["Reorganisations that were announced."],
)
def subscription_moved_or_cancelled(event: Event) -> bool:
    """Outside its management group a subscription loses its policies; in another directory it is lost altogether."""
    return True
