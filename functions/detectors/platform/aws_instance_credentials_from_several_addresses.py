"""An instance's credentials are used from several addresses (T1552.005, T1078.004)."""

import ipaddress

from shared.detection import Severity, contains, detector, distinct
from shared.events import Event, aws_cloudtrail

INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


@detector(
    title="Credentials of {actor_username} used from {count} addresses",
    severity=Severity.HIGH,
    techniques=["T1552.005", "T1078.004"],
    on=aws_cloudtrail(actor_user_type="AssumedRole", where={"userIdentity.principalId": contains(":i-")}),
    window=distinct(of="src_ip_addr", by="session_id", threshold=2, period="1h"),
    confidence=60,
    runbook=[
        "Which of the addresses is the instance's, and whose is the other?",
        "What was called from the other address?",
        "How were they taken: a request to the metadata service through the application?",
    ],
    response=[
        "Revoke the role's sessions, isolate the instance.",
        "Require version 2 of the metadata service.",
    ],
    false_positives=["Instances behind several NAT addresses: declare them."],
    references=["https://attack.mitre.org/techniques/T1552/005/"],
)
def aws_instance_credentials_from_several_addresses(event: Event) -> bool:
    """The credentials of an instance belong to that instance; from a second public address somebody else
    is using them.
    """
    try:
        address = ipaddress.ip_address(str(event.src_ip_addr))
    except ValueError:
        return False  # a service's name, or nothing
    return not any(address in network for network in INSIDE)
