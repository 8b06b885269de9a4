"""A storage account opened to public networks (T1562.007, T1530)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} opened {target_name} to public networks",
    severity=Severity.MEDIUM,
    techniques=["T1562.007", "T1530"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=["Microsoft.Storage/storageAccounts/write"],
        event_result="Success",
    ),
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
    paths = ("networkAcls.defaultAction", "networkRuleSet.defaultAction")
    return any(
        str(event.get(f"properties.requestbody.properties.{path}")).casefold() == "allow"
        or str(event.get("properties.requestbody.properties.publicNetworkAccess")).casefold() == "enabled"
        or str(event.get(f"properties.responseBody.properties.{path}")).casefold() == "allow"
        for path in paths
    )
