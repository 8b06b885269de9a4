from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed the extension {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "Microsoft.Compute/virtualMachines/extensions/delete",
        "Microsoft.Compute/virtualMachineScaleSets/extensions/delete",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions/delete",
        "Microsoft.HybridCompute/machines/extensions/delete",
        "Microsoft.HybridCompute/machines/delete",
        "Microsoft.KubernetesConfiguration/extensions/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.AGENT,
    confidence=55,
    runbook=[
        "Read which extension it was: monitoring, Defender, or one of the application?",
        "Check the machine's last heartbeat and what ran on it before.",
    ],
    response=["Install the agent again; isolate the machine if nobody owns the removal."],
    false_positives=["Machines that are rebuilt."],
)
def agent_or_extension_removed(event: Event) -> bool:
    """Agents for monitoring and defence are extensions: removing one makes the machine silent and undefended."""
    return True
