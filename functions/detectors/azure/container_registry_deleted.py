from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted images: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485"],
    on=done(
        "Microsoft.ContainerRegistry/registries/delete",
        "Microsoft.ContainerRegistry/registries/artifacts/delete",
        "Microsoft.ContainerRegistry/registries/replications/delete",
        "Microsoft.ContainerRegistry/registries/deletedArtifacts/restore/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "See whether running applications still find their images.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore from the replica or build the images again."],
    false_positives=["Clean-up of old images: allow-list its identity."],
)
def container_registry_deleted(event: Event) -> bool:
    """Without its images a cluster cannot start its applications again."""
    return True
