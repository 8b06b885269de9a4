from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the machine, disk or image {target_name}",
    severity=Severity.LOW,
    techniques=["T1578.003", "T1485"],
    on=done(
        "Microsoft.Compute/virtualMachines/delete",
        "Microsoft.Compute/virtualMachineScaleSets/delete",
        "Microsoft.Compute/disks/delete",
        "Microsoft.Compute/images/delete",
        "Microsoft.Compute/galleries/delete",
        "Microsoft.Compute/galleries/images/versions/delete",
        "Microsoft.ClassicCompute/virtualMachines/delete",
        "Microsoft.Compute/cloudServices/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Check whether the machine's disks are left.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the machine from its backup; keep the disks as evidence."],
    false_positives=["Scaling and releases: allow-list their identity."],
)
def virtual_machine_deleted(event: Event) -> bool:
    """A deleted machine is a service that stops, or the evidence of what was done on it."""
    return True
