from ipaddress import IPv4Address

from functions.detectors.azure.vocabulary import DATABASE_FIREWALL_RULE_WRITTEN, done
from shared.detection import Severity, detector
from shared.events import Event

_WIDE = 65_536


def _addresses(first: object, last: object) -> int:
    try:
        return int(IPv4Address(str(last))) - int(IPv4Address(str(first))) + 1
    except ValueError:
        return 0


@detector(
    title="{actor_username} opened the database {target_name} to the internet",
    severity=Severity.HIGH,
    techniques=["T1562.007"],
    on=done(*DATABASE_FIREWALL_RULE_WRITTEN),
    dedup=("resource_id", "correlation_id"),
    confidence=70,
    runbook=[
        "Read the rule: which addresses does it let in?",
        "Look for sign-ins from outside since the change.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the rule."],
    false_positives=["Tests from home: the rule should name one address."],
)
def database_firewall_opened(event: Event) -> bool:
    """A database that a whole part of the internet reaches has only its passwords left."""
    for body in ("requestbody", "responseBody"):
        first = event.get(f"properties.{body}.properties.startIpAddress")
        last = event.get(f"properties.{body}.properties.endIpAddress")
        if _addresses(first, last) >= _WIDE:
            return True
    return False
