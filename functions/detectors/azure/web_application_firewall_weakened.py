from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} weakened the web application firewall {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/frontDoorWebApplicationFirewallPolicies/delete",
        "Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/delete",
        "Microsoft.Cdn/cdnWebApplicationFirewallPolicies/delete",
        "Microsoft.Cdn/profiles/securityPolicies/delete",
        "Microsoft.Network/frontDoorWebApplicationFirewallPolicies/write",
        "Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/write",
        "Microsoft.Cdn/cdnWebApplicationFirewallPolicies/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=75,
    runbook=[
        "Find the web applications behind the policy and look at their requests since the change.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Set the policy back to prevention."],
    false_positives=["Tests of a new rule set, announced and short."],
)
def web_application_firewall_weakened(event: Event) -> bool:
    """In detection mode, or gone, the firewall lets every attack on the web applications through."""
    if str(event.operation).casefold().endswith("/delete"):
        return True
    for body in ("requestbody", "responseBody"):
        settings = f"properties.{body}.properties.policySettings"
        mode, enabled, state = (event.get(f"{settings}.{name}") for name in ("mode", "enabledState", "state"))
        if mode == "Detection" or "Disabled" in (enabled, state):
            return True
    return False
