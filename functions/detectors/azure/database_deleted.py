from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the database {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485"],
    on=done(
        "Microsoft.Sql/servers/delete",
        "Microsoft.Sql/servers/databases/delete",
        "Microsoft.Sql/managedInstances/delete",
        "Microsoft.Sql/managedInstances/databases/delete",
        "Microsoft.DocumentDB/databaseAccounts/delete",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/delete",
        "Microsoft.DocumentDB/mongoClusters/delete",
        "Microsoft.DBforPostgreSQL/flexibleServers/delete",
        "Microsoft.DBforPostgreSQL/servers/delete",
        "Microsoft.DBforMySQL/flexibleServers/delete",
        "Microsoft.DBforMySQL/servers/delete",
        "Microsoft.DBforMariaDB/servers/delete",
        "Microsoft.Synapse/workspaces/delete",
        "Microsoft.Kusto/clusters/delete",
        "Microsoft.Kusto/clusters/databases/delete",
        "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Check which backups exist and restore points remain.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Restore the database before its backups expire."],
    false_positives=["Retired environments."],
)
def database_deleted(event: Event) -> bool:
    """The data of an application is what an intruder destroys for ransom or for spite."""
    return True
