from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} created {count} machines",
    severity=Severity.MEDIUM,
    techniques=["T1578.002", "T1496.001"],
    on=done(
        "Microsoft.Compute/virtualMachines/write",
        "Microsoft.Compute/virtualMachineScaleSets/write",
        "Microsoft.ContainerInstance/containerGroups/write",
        "Microsoft.Batch/batchAccounts/pools/write",
    ),
    window=distinct(of="resource_id", by="actor_username", threshold=15, period="10m"),
    confidence=50,
    runbook=[
        "See sizes and regions: does the house run machines there?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Delete the machines; set quotas; revoke the sessions of {actor_username}."],
    false_positives=["Rollouts of environments: allow-list their identity."],
)
def mass_machine_creation(event: Event) -> bool:
    """Stolen accounts are turned into machines that mine, as many as the quota allows, in every region."""
    return True
