from shared.detection import Severity, contains, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} issued a temporary access pass for {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.001", "T1556.006"],
    on=entra_audit(
        operation=["Admin registered security info", "Create Temporary Access Pass"],
        event_result="Success",
        where={"properties.resultReason": contains("temporary access pass")},
    ),
    confidence=50,
    runbook=[
        "Did {target_name} ask the help desk for a pass?",
        "Was it used, from which address, and which methods were registered with it?",
        "Does {actor_username} issue passes as part of their work?",
    ],
    response=[
        "Delete the pass and the methods registered with it; revoke sessions.",
        "Review other passes by {actor_username}.",
    ],
    false_positives=["Onboarding and lost phones."],
    references=[
        "https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass"
    ],
)
def temporary_access_pass_created(event: Event) -> bool:
    """The pass signs in as {target_name} and counts as multifactor authentication: it takes over an
    account without a trace in its methods.
    """
    return True
