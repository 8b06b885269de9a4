"""Many refused requests to a cluster from a public address (T1613)."""

from ipaddress import ip_address, ip_network

from shared.detection import Severity, count, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_RANGES = (
    "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 fc00::/7 fe80::/10"
)
_INTERNAL = tuple(ip_network(text) for text in _RANGES.split())


def _is_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not any(address in network for network in _INTERNAL)


@detector(
    title="{src_ip_addr} was refused by a cluster {count} times",
    severity=Severity.LOW,
    techniques=["T1613"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        http_status_code=["401", "403"],
        src_ip_addr=Matcher("test", test=_is_public),
    ),
    window=count(by="src_ip_addr", threshold=10, period="10m"),
    confidence=45,
    runbook=[
        "Find out which user was tried, and whether anything was allowed.",
        "See whether the API server needs to be public.",
    ],
    response=["Limit the API server to the house's addresses."],
    false_positives=["An expired token in a pipeline."],
)
def forbidden_from_public_address(event: Event) -> bool:
    """Somebody outside tries what the API server lets him do."""
    return True
