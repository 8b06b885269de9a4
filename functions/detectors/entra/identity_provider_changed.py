from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed identity provider {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1484.002", "T1556.009"],
    on=entra_audit(
        operation=[
            "Create Identity Provider",
            "Update Identity Provider",
            "Create custom identity provider",
            "Update custom identity provider",
        ],
        event_result="Success",
    ),
    confidence=55,
    runbook=[
        "Which issuer does {target_name} point to, and who runs it?",
        "Which user flows or guests use it?",
        "Ask {actor_username} about the change.",
    ],
    response=["Delete or restore the provider.", "Revoke the sessions that it vouched for."],
    false_positives=["Customer sign-in that is being developed."],
    references=["https://learn.microsoft.com/entra/external-id/identity-providers"],
)
def identity_provider_changed(event: Event) -> bool:
    """An identity provider says who somebody is; one that the attacker runs says whatever they like."""
    return True
