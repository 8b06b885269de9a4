from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} opened {target_name} to public networks",
    severity=Severity.MEDIUM,
    techniques=["T1562.007", "T1530"],
    on=done("Microsoft.Storage/storageAccounts/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=50,
    runbook=[
        "See from which addresses the account was read since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Close the account's firewall again."],
    false_positives=["New accounts are open until they are closed a step later."],
)
def storage_network_opened(event: Event) -> bool:
    """With the firewall open, a stolen key or token reads the account from anywhere."""
    public = event.get("properties.requestbody.properties.publicNetworkAccess")
    actions = written(event, "networkAcls.defaultAction", "networkRuleSet.defaultAction")
    return "allow" in actions or str(public).casefold() == "enabled"
