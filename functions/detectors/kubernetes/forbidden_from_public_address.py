from functions.detectors.kubernetes.vocabulary import AUDIT
from shared.detection import PRIVATE_NETWORKS, Severity, count, detector, outside, select
from shared.events import Event


@detector(
    title="{src_ip_addr} was refused by a cluster {count} times",
    severity=Severity.LOW,
    techniques=["T1613"],
    on=select(AUDIT, http_status_code=["401", "403"], src_ip_addr=outside(*PRIVATE_NETWORKS)),
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
