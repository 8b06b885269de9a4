from functions.detectors.network.vocabulary import between_machines
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{src_ip_addr} tried {count} different ports of {dst_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1046"],
    on=between_machines(event_result="Failure"),
    window=distinct(of="dst_port", by=["src_ip_addr", "dst_ip_addr"], threshold=20, period="10m"),
    confidence=65,
    runbook=["What is {src_ip_addr}, and who works on it?", "Which ports of {dst_ip_addr} did answer it?"],
    response=["Isolate {src_ip_addr} and keep its memory."],
    false_positives=["Vulnerability scanners: allow-list their addresses."],
)
def east_west_ports_scanned(event: Event) -> bool:
    """A program knows the port it needs; trying twenty of them is looking for a way in."""
    return True
