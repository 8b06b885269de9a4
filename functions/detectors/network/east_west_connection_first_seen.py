from functions.detectors.network.vocabulary import between_machines
from shared.detection import DATABASE_PORTS, REMOTE_CONTROL_PORTS, Severity, detector, first_seen
from shared.events import Event


@detector(
    title="{src_ip_addr} reached {dst_ip_addr} on port {dst_port} for the first time",
    severity=Severity.LOW,
    techniques=["T1021"],
    on=between_machines(event_result="Success", dst_port=[*REMOTE_CONTROL_PORTS, *DATABASE_PORTS]),
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
