from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

_AGENTS = (
    "azuremonitor", "azuresecurity", "azurepolicy", "dependencyagent", "guestattestation", "mde.",
    "microsoftmonitoringagent", "networkwatcher", "omsagent",
)  # fmt: skip


@detector(
    title="{actor_username} installed the extension {target_name}",
    severity=Severity.LOW,
    techniques=["T1651"],
    on=done(
        "Microsoft.Compute/virtualMachines/extensions/write",
        "Microsoft.Compute/virtualMachineScaleSets/extensions/write",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions/write",
        "Microsoft.HybridCompute/machines/extensions/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Read which extension it is and what its settings run.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Remove the extension; isolate the machine."],
    false_positives=["Agents that policies install: those of Microsoft are left out."],
)
def vm_extension_installed(event: Event) -> bool:
    """Extensions run as root: the one for custom scripts runs whatever its settings say."""
    return not str(event.resource_id).rpartition("/")[2].startswith(_AGENTS)
