from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed hybrid identity: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1556.007"],
    on=entra_audit(
        operation=[
            "Register connector",
            "Enable passthrough authentication",
            "Disable passthrough authentication",
            "Enable Desktop Sso",
            "Enable Desktop Sso for a specific domain",
            "Set DirSyncEnabled flag",
            "Set DirSync feature",
            "Add kerberos domain",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id", "operation"),
    confidence=55,
    runbook=[
        "Which server registered, and is it one of the company's identity servers?",
        "Ask {actor_username} whether an agent was installed or moved.",
        "Look at {src_ip_addr}: the registration comes from the server itself.",
    ],
    response=[
        "Remove the agent or restore the setting.",
        "Treat passwords that passed through the agent as known.",
    ],
    false_positives=["Upgrades of connectors and agents."],
    references=[
        "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-pta-security-deep-dive"
    ],
)
def hybrid_identity_changed(event: Event) -> bool:
    """An agent of one's own, registered for pass-through authentication, sees every password and says yes to any."""
    return True
