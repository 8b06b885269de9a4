from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} added a credential to {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.001"],
    on=entra_audit(
        operation=[
            "Add service principal credentials",
            "Update application – Certificates and secrets management",  # noqa: RUF001  # Entra writes this dash
        ],
        event_result="Success",
    ),
    entities=["target_id", "target_type"],
    confidence=60,
    runbook=[
        "Ask the owner of {target_name} whether a new secret or certificate was planned.",
        "List the application's sign-ins since the change: which addresses and resources are new?",
    ],
    response=[
        "Remove the credential.",
        "Revoke the sessions of {actor_username} if the change was not theirs.",
    ],
    false_positives=["Planned rotation of secrets by deployment pipelines: allow-list their identity."],
)
def service_principal_credential_added(event: Event) -> bool:
    """A secret on an application outlives the session, the password reset and the account that added it."""
    return True
