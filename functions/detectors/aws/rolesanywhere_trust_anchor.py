from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created a Roles Anywhere trust anchor {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.001", "T1556"],
    on=done(
        "CreateTrustAnchor",
        "UpdateTrustAnchor",
        "EnableTrustAnchor",
        target_type="rolesanywhere.amazonaws.com",
    ),
    confidence=65,
    runbook=["Whose authority is it?", "Which profiles and roles trust it, and were they used?"],
    response=["Disable the trust anchor.", "Revoke the sessions of its roles."],
    false_positives=["Set-up of Roles Anywhere by the platform team."],
    references=["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html"],
)
def rolesanywhere_trust_anchor(event: Event) -> bool:
    """Whoever holds the authority's key makes certificates that assume roles here, from anywhere, for years."""
    return True
