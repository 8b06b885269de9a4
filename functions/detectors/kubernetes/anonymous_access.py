from functions.detectors.kubernetes.vocabulary import ANONYMOUS, AUDIT
from shared.detection import PRIVATE_NETWORKS, Severity, detector, outside, select
from shared.events import Event
from shared.events.conditions import Matcher

_BEYOND_HEALTH = Matcher(
    "prefix", ("/healthz", "/livez", "/readyz", "/version", "/.well-known"), negated=True
)


@detector(
    title="{src_ip_addr} read {url} of a cluster without signing in",
    severity=Severity.HIGH,
    techniques=["T1078.001", "T1613"],
    on=select(
        AUDIT,
        actor_username=ANONYMOUS,
        src_ip_addr=outside(*PRIVATE_NETWORKS),
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
