"""A machine inside tries many ports of another one (T1046)."""

from shared.detection import Severity, detector, distinct, prefix, select
from shared.events import Event, aws_vpcflow, azure_flow

_INSIDE = prefix("10.", "192.168.", "172.16.", "172.17.", "172.18.", "172.19.", "172.2", "172.30.", "172.31.")


@detector(
    title="{src_ip_addr} tried {count} different ports of {dst_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1046"],
    on=select([azure_flow, aws_vpcflow], event_result="Failure", src_ip_addr=_INSIDE, dst_ip_addr=_INSIDE),
    window=distinct(of="dst_port", by=["src_ip_addr", "dst_ip_addr"], threshold=20, period="10m"),
    confidence=65,
    runbook=["What is {src_ip_addr}, and who works on it?", "Which ports of {dst_ip_addr} did answer it?"],
    response=["Isolate {src_ip_addr} and keep its memory."],
    false_positives=["Vulnerability scanners: allow-list their addresses."],
)
def east_west_ports_scanned(event: Event) -> bool:
    """A program knows the port it needs; trying twenty of them is looking for a way in."""
    return True
