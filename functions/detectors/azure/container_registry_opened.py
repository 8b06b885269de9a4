from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed who may use the registry {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1525", "T1098.001"],
    on=done(
        "Microsoft.ContainerRegistry/registries/regenerateCredential/action",
        "Microsoft.ContainerRegistry/registries/listCredentials/action",
        "Microsoft.ContainerRegistry/registries/tokens/write",
        "Microsoft.ContainerRegistry/registries/generateCredentials/action",
        "Microsoft.ContainerRegistry/registries/importImage/action",
        "Microsoft.ContainerRegistry/registries/scopeMaps/write",
        "Microsoft.ContainerRegistry/registries/webhooks/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Look for images that were pushed or imported since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Rotate the credentials; compare images with their source."],
    false_positives=["Pipelines that still use the registry's password."],
)
def container_registry_opened(event: Event) -> bool:
    """Whoever pushes to the registry puts code into every cluster that pulls from it."""
    return True
