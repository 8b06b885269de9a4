from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} set an administrator of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.003"],
    on=done(
        "Microsoft.Sql/servers/administrators/write",
        "Microsoft.Sql/managedInstances/administrators/write",
        "Microsoft.DBforPostgreSQL/flexibleServers/administrators/write",
        "Microsoft.DBforMySQL/flexibleServers/administrators/write",
        "Microsoft.Sql/servers/azureADOnlyAuthentications/delete",
        "Microsoft.Synapse/workspaces/administrators/write",
        "Microsoft.Synapse/workspaces/sqlAdministrators/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Read who was set and who was before.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the administrator back; look at what was read."],
    false_positives=["New servers."],
)
def sql_administrator_changed(event: Event) -> bool:
    """Whoever is the server's administrator reads and changes every database on it."""
    return True
