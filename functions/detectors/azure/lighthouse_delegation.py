from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} delegated {target_name} to another tenant",
    severity=Severity.HIGH,
    techniques=["T1199", "T1098.003"],
    on=done(
        "Microsoft.ManagedServices/registrationAssignments/write",
        "Microsoft.ManagedServices/registrationDefinitions/write",
        "Microsoft.ManagedServices/registrationAssignments/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=70,
    runbook=[
        "Read which tenant and which roles.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the delegation."],
    false_positives=["Service providers that were hired."],
)
def lighthouse_delegation(event: Event) -> bool:
    """People of the other tenant manage the subscription from there, without an account in this one."""
    return True
