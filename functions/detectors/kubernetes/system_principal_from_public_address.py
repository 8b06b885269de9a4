from functions.detectors.kubernetes.vocabulary import AUDIT
from shared.detection import PRIVATE_NETWORKS, Severity, detector, outside, prefix, select
from shared.events import Event

# Coarse on purpose: what registries list for Microsoft and Amazon, where pods and nodes speak from.
_CLOUDS = (
    "2600:1f00::/24 2603:1000::/24 3.0.0.0/8 4.128.0.0/9 13.32.0.0/11 13.64.0.0/10 15.128.0.0/9 16.0.0.0/8 "
    "18.0.0.0/8 20.0.0.0/8 23.96.0.0/13 34.192.0.0/10 35.152.0.0/13 35.160.0.0/11 40.64.0.0/10 44.192.0.0/10 "
    "50.16.0.0/14 51.103.0.0/16 51.104.0.0/15 51.120.0.0/13 51.136.0.0/13 52.0.0.0/8 54.64.0.0/10 54.144.0.0/12 "
    "54.160.0.0/11 54.192.0.0/10 65.52.0.0/14 68.208.0.0/12 72.144.0.0/12 74.224.0.0/11 98.64.0.0/13 98.80.0.0/12 "
    "104.40.0.0/13 104.208.0.0/13 108.140.0.0/14 137.116.0.0/15 168.61.0.0/16 172.160.0.0/11"
).split()


@detector(
    title="{actor_username} was used from {src_ip_addr}, outside the cloud",
    severity=Severity.HIGH,
    techniques=["T1528", "T1552.007"],
    on=select(
        AUDIT,
        actor_username=prefix("system:serviceaccount:", "system:node:", "system:kube-"),
        src_ip_addr=outside(*PRIVATE_NETWORKS, *_CLOUDS),
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "src_ip_addr"),
    confidence=65,
    runbook=[
        "Find out what {actor_username} may do, and what it did from {src_ip_addr}.",
        "Look for the pod that the token was taken from: commands, web exploits, new images.",
    ],
    response=[
        "Delete the pods of the service account, which ends their tokens; rebuild a node that is named."
    ],
    false_positives=[
        "Pipelines outside the cloud that use a service account's token: allow-list their address."
    ],
)
def system_principal_from_public_address(event: Event) -> bool:
    """Service accounts and nodes live in the cluster: seen from outside, their token was stolen."""
    return True
