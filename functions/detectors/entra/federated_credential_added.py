from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} added a federated credential to {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.001"],
    on=entra_audit(
        operation=["Update application", "Update service principal", "Add federated identity credential"],
        event_result="Success",
    ),
    entities=["target_id", "target_type"],
    confidence=55,
    runbook=[
        "Which issuer and subject were added: a known repository, cluster or tenant?",
        "Is {actor_username} an owner of the application?",
        "List the application's sign-ins with the new credential.",
    ],
    response=[
        "Remove the federated credential.",
        "Revoke what {target_name} can do until its owner has answered.",
    ],
    false_positives=["Pipelines that move from secrets to federation."],
    references=["https://learn.microsoft.com/entra/workload-id/workload-identity-federation"],
)
def federated_credential_added(event: Event) -> bool:
    """A federated credential lets another issuer's token sign in as the application: a back door without a
    secret to find.
    """
    if "federated identity credential" in event.operation.casefold():
        return True
    changes = "properties.targetResources.0.modifiedProperties"
    return event.get(f"{changes}.FederatedIdentityCredentials") is not None
