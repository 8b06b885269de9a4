from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} stopped {count} machines or services",
    severity=Severity.HIGH,
    techniques=["T1489"],
    on=done(
        "Microsoft.Compute/virtualMachines/deallocate/action",
        "Microsoft.Compute/virtualMachines/powerOff/action",
        "Microsoft.Compute/virtualMachineScaleSets/deallocate/action",
        "Microsoft.Compute/virtualMachineScaleSets/powerOff/action",
        "Microsoft.Web/sites/stop/action",
        "Microsoft.ContainerService/managedClusters/stop/action",
        "Microsoft.DBforPostgreSQL/flexibleServers/stop/action",
        "Microsoft.DBforMySQL/flexibleServers/stop/action",
        "Microsoft.Sql/servers/databases/pause/action",
        "Microsoft.Network/applicationGateways/stop/action",
    ),
    window=distinct(of="resource_id", by="actor_username", threshold=12, period="10m"),
    confidence=55,
    runbook=[
        "List what was stopped and start it again.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Revoke the sessions of {actor_username}."],
    false_positives=["Test machines that are stopped in the evening: allow-list the automation."],
)
def mass_stop(event: Event) -> bool:
    """Machines are stopped before their disks are encrypted or copied, or to hurt."""
    return True
