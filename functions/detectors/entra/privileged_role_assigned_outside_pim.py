from functions.detectors.entra.vocabulary import PRIVILEGED_ROLES, ROLE_ASSIGNED
from shared.detection import Severity, detector, none_of
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} gave {target_name} a privileged role outside PIM",
    severity=Severity.HIGH,
    techniques=["T1098.003"],
    on=entra_audit(
        operation=ROLE_ASSIGNED,
        event_result="Success",
        where={"properties.initiatedBy.app.displayName": none_of("MS-PIM", "MS-PIM-Fairfax")},
    ),
    confidence=70,
    runbook=[
        "Which role was given to {target_name}, and is there a ticket for it?",
        "Ask {actor_username} by phone; look at their sign-ins from {src_ip_addr} in the last day.",
        "List what {target_name} did since: credentials, consents, policies, sign-ins.",
    ],
    response=[
        "Remove the assignment and revoke the sessions of both accounts.",
        "Make the role eligible through PIM if it is needed.",
    ],
    false_positives=["A tenant that does not use PIM, or the set-up of an emergency account."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts"],
)
def privileged_role_assigned_outside_pim(event: Event) -> bool:
    """A role given past Privileged Identity Management is permanent and skipped approval: the usual way to
    keep power.
    """
    assigned = event.texts("properties.targetResources")
    return any(role in assigned for role in PRIVILEGED_ROLES)
