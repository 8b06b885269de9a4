from functions.detectors.azure.vocabulary import ANYBODY, done
from shared.detection import DATABASE_PORTS, REMOTE_CONTROL_PORTS, Severity, detector
from shared.events import Event

_PORTS = (*REMOTE_CONTROL_PORTS, *DATABASE_PORTS, 23, 2375, 2379, 5900, 6379, 9200, 27017)


def _is_sensitive(text: str) -> bool:
    low, _, high = text.partition("-")
    bounds = [int(bound) for bound in (low, high or low) if bound.isdecimal() and len(bound) < 6]
    return text == "*" or (len(bounds) == 2 and any(bounds[0] <= port <= bounds[1] for port in _PORTS))


def _opens(rule: object) -> bool:
    rule = rule.get("properties", rule) if isinstance(rule, dict) else {}
    if not isinstance(rule, dict) or (rule.get("access"), rule.get("direction")) != ("Allow", "Inbound"):
        return False
    sources = [rule.get("sourceAddressPrefix"), *(rule.get("sourceAddressPrefixes") or [])]
    ports = [rule.get("destinationPortRange") or "", *(rule.get("destinationPortRanges") or [])]
    anybody = any(str(source).casefold() in ANYBODY for source in sources)
    return anybody and any(_is_sensitive(str(port)) for port in ports)


@detector(
    title="{actor_username} opened {target_name} to the internet",
    severity=Severity.HIGH,
    techniques=["T1562.007", "T1133"],
    on=done(
        "Microsoft.Network/networkSecurityGroups/write",
        "Microsoft.Network/networkSecurityGroups/securityRules/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=80,
    runbook=[
        "Read the rule and find out which machines stand behind the group.",
        "Look for sign-ins to those machines since the change.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the rule; let administrators in through Bastion or just-in-time access."],
    false_positives=["Short tests; web ports are not counted."],
)
def network_security_group_open_to_internet(event: Event) -> bool:
    """A management or database port that the whole internet reaches is found by scanners within minutes."""
    asked = event.get("properties.requestbody.properties") or event.get("properties.responseBody.properties")
    rules = asked.get("securityRules") if isinstance(asked, dict) else None
    return any(_opens(rule) for rule in (rules if isinstance(rules, list) else [asked]))
