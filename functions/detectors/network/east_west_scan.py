from functions.detectors.network.vocabulary import between_machines
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{src_ip_addr} tried {count} different machines inside within ten minutes",
    severity=Severity.MEDIUM,
    techniques=["T1046"],
    on=between_machines(event_result="Failure"),
    window=distinct(of="dst_ip_addr", by=["src_ip_addr", "dst_port"], threshold=25, period="10m"),
    confidence=65,
    runbook=[
        "What is {src_ip_addr}, and is it a scanner of your own?",
        "Which port is it: of remote control, of files, of a database?",
        "Which of its connections were allowed? Those machines come next.",
    ],
    response=[
        "Isolate {src_ip_addr} and keep its memory.",
        "Look for sign-ins from it on the machines it reached.",
    ],
    false_positives=["Vulnerability scanners and monitoring: allow-list their addresses."],
)
def east_west_scan(event: Event) -> bool:
    """Whoever has one machine looks for the next; refused connections to many neighbours are that look."""
    return True
