"""A machine inside reaches another on a port of remote control for the first time (T1021)."""

from shared.detection import Severity, detector, first_seen, prefix, select
from shared.events import Event, aws_vpcflow, azure_flow

_INSIDE = prefix("10.", "192.168.", "172.16.", "172.17.", "172.18.", "172.19.", "172.2", "172.30.", "172.31.")
_REMOTE_CONTROL = ["22", "135", "139", "445", "3389", "5985", "5986", "1433", "5432", "3306"]


@detector(
    title="{src_ip_addr} reached {dst_ip_addr} on port {dst_port} for the first time",
    severity=Severity.LOW,
    techniques=["T1021"],
    on=select(
        [azure_flow, aws_vpcflow],
        event_result="Success",
        dst_port=_REMOTE_CONTROL,
        src_ip_addr=_INSIDE,
        dst_ip_addr=_INSIDE,
    ),
    window=first_seen(of="dst_ip_addr", by=["src_ip_addr", "dst_port"], learn="14d", memory="60d"),
    confidence=35,
    runbook=[
        "Is there a change that explains the connection?",
        "Who signed in on {dst_ip_addr} at that time, with which account?",
    ],
    response=["Close the path with a network security group if nobody needs it."],
    false_positives=["New machines and jump hosts; addresses that are given out anew."],
)
def east_west_connection_first_seen(event: Event) -> bool:
    """Servers talk to the same few neighbours for months; a new path for remote control is movement."""
    return True
