from shared.detection import Severity, detector, present
from shared.events import Event, azure_aks_audit, kubernetes_audit


@detector(
    title="A user of the cluster acted as {actor_username}",
    severity=Severity.MEDIUM,
    techniques=["T1550", "T1098.006"],
    on=[
        azure_aks_audit(
            where={"properties.log.impersonatedUser.username": present()}, event_result="Success"
        ),
        kubernetes_audit(where={"impersonatedUser.username": present()}, event_result="Success"),
    ],
    dedup=("resource_id", "actor_username", "src_ip_addr"),
    confidence=40,
    runbook=[
        "Read who stands behind it: the user of the request, not the one that was impersonated.",
        "Find out why that user may impersonate.",
    ],
    response=["Take the right to impersonate away."],
    false_positives=["Consoles and gateways that act for their users: allow-list them."],
)
def user_impersonated(event: Event) -> bool:
    """Impersonation borrows the rights of another, also those of system:masters, and is seldom needed."""
    user = event.get("properties.log.user.username") or event.get("user.username")
    return not str(user).startswith(("system:serviceaccount:kube-system:", "system:node:", "aksService"))
