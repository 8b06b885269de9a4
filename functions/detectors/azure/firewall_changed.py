from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the firewall {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/azureFirewalls/write",
        "Microsoft.Network/firewallPolicies/write",
        "Microsoft.Network/firewallPolicies/ruleCollectionGroups/write",
        "Microsoft.Network/firewallPolicies/ruleGroups/write",
        "Microsoft.Network/ipGroups/write",
        "Microsoft.Network/ipGroups/delete",
        "Microsoft.Network/azureFirewalls/networkRuleCollections/write",
        "Microsoft.Network/azureFirewalls/applicationRuleCollections/write",
        "Microsoft.Network/azureFirewalls/natRuleCollections/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Compare the rules with the template: what is new, and above which rule does it stand?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the rules back as the template has them."],
    false_positives=["Deployments write rules with every release: allow-list their identity."],
)
def firewall_changed(event: Event) -> bool:
    """One rule that allows, put before those that deny, is enough to leave the network."""
    return True
