from functions.detectors.kubernetes.vocabulary import WRITES, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} approved a certificate for the cluster: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098"],
    on=done_by_others(operation=WRITES, target_type="certificatesigningrequests", target_id="approval"),
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
