from shared.detection import Severity, detector, first_seen, network_of
from shared.events import Event, application


@detector(
    title="{actor_user_id} of {app_name} is used from a network where it never was: {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1078", "T1552"],
    on=application(
        operation=["authn_login_success", "authn_token_created", "sensitive_read", "sensitive_update"],
        event_result="Success",
        actor_user_type=["Service", "ServicePrincipal", "Application", "API key", "api_key", "Machine"],
    ),
    window=first_seen(
        of=network_of("src_ip_addr"), by=["app_name", "actor_user_id"], learn="14d", outside_own_networks=True
    ),
    confidence=55,
    runbook=[
        "Does the customer who owns {actor_user_id} know the network of {src_ip_addr}?",
        "Does the key stand in a public repository or in a client that was published?",
    ],
    response=["Revoke the key with the customer, and give out another."],
    false_positives=["The customer moved a server."],
)
def api_key_from_new_network(event: Event) -> bool:
    """A key has no second factor: where it is used from is all that tells its owner from a thief."""
    return True
