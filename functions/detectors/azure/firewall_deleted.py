from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the protection {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/azureFirewalls/delete",
        "Microsoft.Network/firewallPolicies/delete",
        "Microsoft.Network/firewallPolicies/ruleCollectionGroups/delete",
        "Microsoft.Network/firewallPolicies/ruleGroups/delete",
        "Microsoft.Network/azureFirewalls/networkRuleCollections/delete",
        "Microsoft.Network/azureFirewalls/applicationRuleCollections/delete",
        "Microsoft.Network/azureFirewalls/natRuleCollections/delete",
        "Microsoft.Network/ddosProtectionPlans/delete",
        "Microsoft.Network/networkVirtualAppliances/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=70,
    runbook=[
        "Find out which networks it protected, and which routes now lead nowhere or straight out.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Restore the firewall and its rules from the template."],
    false_positives=["Networks that were retired or moved."],
)
def firewall_deleted(event: Event) -> bool:
    """Without the firewall, traffic that it stopped or logged flows unseen."""
    return True
