from shared.detection import Severity, detector, prefix
from shared.events import Event
from shared.events.sources.entra_pim import entra_pim


@detector(
    title="{actor_username} activated the role {role_name} over {resource_id}",
    severity=Severity.LOW,
    techniques=["T1548.005"],
    on=entra_pim(
        operation=prefix(
            "add member to role completed (pim",
            "add member to role outside of pim",
            "add eligible member to role in pim completed",
            "add member to role in pim completed",
        ),
        role_name=[
            "Owner",
            "User Access Administrator",
            "Role Based Access Control Administrator",
            "Contributor",
        ],
    ),
    dedup=("actor_username", "resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Read the justification and ask for the ticket.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["End the activation."],
    false_positives=["Administrators at work."],
)
def pim_owner_activated(event: Event) -> bool:
    """Activations are routine for a few and a warning for everybody else, most of all at odd hours."""
    return True
