from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the network security group {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/networkSecurityGroups/write",
        "Microsoft.Network/networkSecurityGroups/delete",
        "Microsoft.Network/networkSecurityGroups/securityRules/write",
        "Microsoft.Network/networkSecurityGroups/securityRules/delete",
        "Microsoft.Network/networkSecurityGroups/join/action",
        "Microsoft.Network/applicationSecurityGroups/delete",
        "Microsoft.Network/networkManagers/securityAdminConfigurations/delete",
        "Microsoft.Network/networkManagers/commit/action",
        "Microsoft.ClassicNetwork/networkSecurityGroups/write",
        "Microsoft.ClassicNetwork/networkSecurityGroups/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read the rule: which addresses and ports does it open, and for how long?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the group back as the template has it."],
    false_positives=["Deployments write groups with every release: allow-list their identity."],
)
def network_security_group_changed(event: Event) -> bool:
    """Security groups are the firewall of most networks: one rule more or less opens a way in or out."""
    return True
