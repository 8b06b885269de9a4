from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} ran a script through {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1651", "T1648"],
    on=done(
        "Microsoft.Resources/deploymentScripts/write",
        "Microsoft.ContainerInstance/containerGroups/containers/exec/action",
        "Microsoft.ContainerInstance/containerGroups/containers/attach/action",
        "Microsoft.App/containerApps/getAuthToken/action",
        "Microsoft.App/jobs/start/action",
        "Microsoft.VirtualMachineImages/imageTemplates/run/action",
        "Microsoft.Batch/batchAccounts/pools/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Read the script and the roles of its identity.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the script; take the roles of its identity."],
    false_positives=["Deployments that need a script: allow-list their identity."],
)
def deployment_script_run(event: Event) -> bool:
    """Such scripts run in a container with a managed identity that often may do more than the person who starts it."""
    return True
