from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} added domain {target_name}: {operation}",
    severity=Severity.LOW,
    techniques=["T1484.002"],
    on=entra_audit(
        operation=[
            "Add unverified domain",
            "Add verified domain",
            "Verify domain",
            "Verify email verified domain",
        ],
        event_result="Success",
    ),
    confidence=45,
    runbook=[
        "Who owns {target_name}, and since when is it registered?",
        "Was its authentication changed since?",
        "Is there a change request?",
    ],
    response=["Remove the domain.", "Review what else {actor_username} changed today."],
    false_positives=["New brands and acquisitions."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-infrastructure"],
)
def domain_added(event: Event) -> bool:
    """A domain of one's own, later federated, is a back door that lets its owner sign in as others."""
    return True
