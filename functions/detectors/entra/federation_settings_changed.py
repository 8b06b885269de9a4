from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed the federation of domain {target_name}",
    severity=Severity.HIGH,
    techniques=["T1484.002"],
    on=entra_audit(
        operation=["Set federation settings on domain", "Set domain authentication"], event_result="Success"
    ),
    confidence=80,
    runbook=[
        "Which issuer and signing certificate does {target_name} trust now, and whose are they?",
        "Did {actor_username} sign in from {src_ip_addr} before, and is there a change request?",
        "List sign-ins to the domain with federated authentication since the change.",
    ],
    response=[
        "Set the domain back to managed, or to the right provider and certificate.",
        "Revoke all sessions of the domain's users, beginning with administrators.",
    ],
    false_positives=["Planned renewal of the signing certificate, or a migration to another provider."],
    references=[
        "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-monitor-federation-changes"
    ],
)
def federation_settings_changed(event: Event) -> bool:
    """Who controls a federated domain's identity provider can sign in as any of its users, without
    password or second factor.
    """
    settings = event.operation.casefold() == "set federation settings on domain"
    return settings or "federated" in event.texts("properties.targetResources.0.modifiedProperties.LiveType")
