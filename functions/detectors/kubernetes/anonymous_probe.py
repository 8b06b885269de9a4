"""Anonymous requests to a cluster from a public address (T1613)."""

from ipaddress import ip_address, ip_network

from shared.detection import Severity, detector, select
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
    title="{src_ip_addr} probes a cluster without signing in",
    severity=Severity.LOW,
    techniques=["T1613"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        actor_username=["system:anonymous", "system:unauthenticated"],
        src_ip_addr=Matcher("test", test=_is_public),
    ),
    dedup=("resource_id", "src_ip_addr"),
    dedup_period="1d",
    confidence=35,
    runbook=[
        "See whether anything but health and version was answered.",
        "See whether the API server needs to be public.",
    ],
    response=["Limit the API server to the house's addresses."],
    false_positives=["The whole internet is scanned every day."],
)
def anonymous_probe(event: Event) -> bool:
    """Scanners find public API servers within a day: this one is public and is being tried."""
    return True
