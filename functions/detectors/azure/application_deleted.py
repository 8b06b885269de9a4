from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the application {target_name}",
    severity=Severity.LOW,
    techniques=["T1489", "T1485"],
    on=done(
        "Microsoft.Web/sites/delete",
        "Microsoft.Web/serverFarms/delete",
        "Microsoft.Web/staticSites/delete",
        "Microsoft.Logic/workflows/delete",
        "Microsoft.App/containerApps/delete",
        "Microsoft.ContainerInstance/containerGroups/delete",
        "Microsoft.AppConfiguration/configurationStores/delete",
        "Microsoft.Cache/redis/delete",
        "Microsoft.DataFactory/factories/delete",
        "Microsoft.CognitiveServices/accounts/delete",
        "Microsoft.MachineLearningServices/workspaces/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "See whether users still reach the service.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the application: deleted apps can be recovered for 30 days."],
    false_positives=["Releases and test environments: allow-list their identity."],
)
def application_deleted(event: Event) -> bool:
    """A deleted application is a service that stops for its users."""
    return True
