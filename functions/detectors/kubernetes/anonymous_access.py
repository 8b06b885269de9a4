"""An anonymous request that a cluster answered (T1078.001, T1613)."""

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


_BEYOND_HEALTH = Matcher(
    "prefix", ("/healthz", "/livez", "/readyz", "/version", "/.well-known"), negated=True
)


@detector(
    title="{src_ip_addr} read {url} of a cluster without signing in",
    severity=Severity.HIGH,
    techniques=["T1078.001", "T1613"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        actor_username=["system:anonymous", "system:unauthenticated"],
        src_ip_addr=Matcher("test", test=_is_public),
        url=_BEYOND_HEALTH,
        event_result="Success",
    ),
    dedup=("resource_id", "src_ip_addr"),
    confidence=80,
    runbook=[
        "Find the binding for system:anonymous or system:unauthenticated.",
        "List everything that was asked anonymously.",
    ],
    response=["Delete the binding; limit the API server to the house's addresses."],
)
def anonymous_access(event: Event) -> bool:
    """The cluster answers strangers: some binding gives anonymous users rights."""
    return True
