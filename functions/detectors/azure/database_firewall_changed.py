from functions.detectors.azure.vocabulary import DATABASE_FIREWALL_RULE_WRITTEN, done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed whom the database {target_name} lets in",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done(
        *DATABASE_FIREWALL_RULE_WRITTEN,
        "Microsoft.Sql/servers/firewallRules/delete",
        "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/delete",
        "Microsoft.DBforMySQL/flexibleServers/firewallRules/delete",
        "Microsoft.Sql/servers/virtualNetworkRules/write",
        "Microsoft.Sql/servers/virtualNetworkRules/delete",
        "Microsoft.Sql/servers/outboundFirewallRules/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Find out whose address the rule names.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the rule."],
    false_positives=["Administrators who let in their own address; the portal offers it with one click."],
)
def database_firewall_changed(event: Event) -> bool:
    """A rule that lets in one strange address is enough to carry a database away."""
    return True
