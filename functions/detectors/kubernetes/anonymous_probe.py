from functions.detectors.kubernetes.vocabulary import ANONYMOUS, AUDIT
from shared.detection import PRIVATE_NETWORKS, Severity, detector, outside, select
from shared.events import Event


@detector(
    title="{src_ip_addr} probes a cluster without signing in",
    severity=Severity.LOW,
    techniques=["T1613"],
    on=select(AUDIT, actor_username=ANONYMOUS, src_ip_addr=outside(*PRIVATE_NETWORKS)),
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
