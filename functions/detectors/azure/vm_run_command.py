from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} ran a command on {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1651"],
    on=done(
        "Microsoft.Compute/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachines/runCommands/write",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands/write",
        "Microsoft.HybridCompute/machines/runCommands/write",
        "Microsoft.ContainerService/managedClusters/runCommand/action",
        "Microsoft.SerialConsole/serialPorts/connect/action",
        "Microsoft.Compute/virtualMachines/applications/write",
        "Microsoft.Compute/galleries/applications/versions/write",
        "Microsoft.ClassicCompute/virtualMachines/extensions/write",
        "Microsoft.GuestConfiguration/guestConfigurationAssignments/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Read what was run: the activity log has the request, the machine its own log.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Isolate the machine; rotate what it could read."],
    false_positives=["Operations teams and their automation: allow-list their identity."],
)
def vm_run_command(event: Event) -> bool:
    """Run command, serial console and gallery applications run code as root without a sign-in on the machine."""
    return True
