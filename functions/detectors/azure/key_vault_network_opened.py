"""A key vault opened to public networks (T1562.007)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} opened the vault {target_name} to public networks",
    severity=Severity.MEDIUM,
    techniques=["T1562.007"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=["Microsoft.KeyVault/vaults/write", "Microsoft.KeyVault/managedHSMs/write"],
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "See from which addresses the vault was used since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Close the vault's firewall again."],
    false_positives=["New vaults that are closed a step later."],
)
def key_vault_network_opened(event: Event) -> bool:
    """With the firewall open, a stolen token reads secrets from anywhere."""
    return any(
        str(event.get(f"properties.{body}.properties.{path}")).casefold() == open_value
        for body in ("requestbody", "responseBody")
        for path, open_value in (("networkAcls.defaultAction", "allow"), ("publicNetworkAccess", "enabled"))
    )
