"""A client certificate of a cluster approved (T1098)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} approved a certificate for the cluster: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["create", "update", "patch"],
        target_type="certificatesigningrequests",
        target_id="approval",
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=55,
    runbook=[
        "Read for which user and group the certificate is.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Rotate the certificates of the cluster if it should not exist."],
    false_positives=["Approval of certificates for services."],
)
def client_certificate_approved(event: Event) -> bool:
    """A client certificate cannot be revoked: it opens the cluster until it expires."""
    return True
