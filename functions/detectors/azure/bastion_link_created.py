from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created a way into machines: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1021.008", "T1133"],
    on=done(
        "Microsoft.Network/bastionHosts/createShareableLinks/action",
        "Microsoft.Network/bastionHosts/write",
        "Microsoft.Security/locations/jitNetworkAccessPolicies/delete",
        "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Find out to which machines the link or request leads and who got it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the link; rotate the passwords of the machines."],
    false_positives=["Administrators who ask for just-in-time access every day."],
)
def bastion_link_created(event: Event) -> bool:
    """Whoever holds a Bastion link reaches the machine's sign-in without an account in the tenant."""
    return True
