from functions.detectors.entra.vocabulary import ROLE_ASSIGNED, ROLE_ASSIGNED_THROUGH_PIM
from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} gave guest {target_name} a directory role",
    severity=Severity.HIGH,
    techniques=["T1098.003", "T1078.004"],
    on=entra_audit(
        operation=[*ROLE_ASSIGNED, *ROLE_ASSIGNED_THROUGH_PIM, "Add eligible member to role"],
        event_result="Success",
    ),
    confidence=75,
    runbook=[
        ("When was the guest invited, and by whom? An invitation on the same day is the attack's pattern."),
        "Is the guest's organisation a partner with an agreement?",
        "List what {target_name} did since.",
    ],
    response=[
        "Remove the role, then the guest if nobody answers for them.",
        "Revoke the sessions of {actor_username} if the change was not theirs.",
    ],
    false_positives=["A managed service provider that works with guest accounts: allow-list them by name."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def guest_given_role(event: Event) -> bool:
    """A guest is governed by somebody else's directory; with a role here, whoever owns that account
    administers this tenant.
    """
    return "#ext#" in event.texts("properties.targetResources")
