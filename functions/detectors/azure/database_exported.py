from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} exported or copied {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1213.006", "T1537"],
    on=done(
        "Microsoft.Sql/servers/databases/export/action",
        "Microsoft.Sql/servers/import/action",
        "Microsoft.Sql/servers/databases/extensions/write",
        "Microsoft.DBforPostgreSQL/flexibleServers/startLtrBackup/action",
        "Microsoft.DBforMySQL/flexibleServers/backupAndExport/action",
        "Microsoft.DocumentDB/databaseAccounts/restore/action",
        "Microsoft.Cache/redis/export/action",
        "Microsoft.Cache/redisEnterprise/databases/export/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Find out where the file went: does the storage account belong to the house?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the file; revoke the key it was written with."],
    false_positives=["Copies for test environments."],
)
def database_exported(event: Event) -> bool:
    """An export is the whole database in one file, in a place the exporter chose."""
    return True
