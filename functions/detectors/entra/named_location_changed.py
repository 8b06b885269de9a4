from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed named location {target_name}",
    severity=Severity.LOW,
    techniques=["T1556.009"],
    on=entra_audit(
        operation=["Add named location", "Update named location", "Delete named location"],
        event_result="Success",
    ),
    dedup=("actor_user_id", "target_id"),
    confidence=45,
    runbook=[
        "Which address ranges were added, whose are they, and is the location marked as trusted?",
        "Which Conditional Access policies use {target_name}?",
        "Look for sign-ins from the new ranges.",
    ],
    response=["Restore the location.", "Revoke the sessions that came from the added ranges."],
    false_positives=["Offices that move, new VPN exits."],
    references=["https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network"],
)
def named_location_changed(event: Event) -> bool:
    """Policies trust named locations; an address added to one needs no second factor any more."""
    return True
