from functions.detectors.kubernetes.vocabulary import AUDIT
from shared.detection import Severity, detector, select
from shared.events import Event
from shared.events.conditions import Matcher

_NOT_A_SYSTEM_ACCOUNT = Matcher(
    "prefix", ("system:serviceaccount:kube-system:", "system:node:", "aksservice"), negated=True
)


@detector(
    title="{actor_username} created a token for the service account {target_name} of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1098", "T1528"],
    on=[
        *select(
            AUDIT,
            operation="create",
            target_type="serviceaccounts",
            target_id="token",
            actor_username=_NOT_A_SYSTEM_ACCOUNT,
            event_result="Success",
        ),
        *select(
            AUDIT,
            operation="create",
            target_type="secrets",
            actor_username=_NOT_A_SYSTEM_ACCOUNT,
            event_result="Success",
        ),
    ],
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=50,
    runbook=[
        "Find out what the service account may do.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the service account or the secret, which ends the token."],
    false_positives=["Pipelines that create short tokens: allow-list their identity."],
)
def service_account_token_created(event: Event) -> bool:
    """A token outlives the session of the person who made it and works from anywhere."""
    if event.target_type == "serviceaccounts":
        return event.namespace != "kube-system" or not str(event.actor_username).startswith("system:")
    kind = event.get("properties.log.requestObject.type") or event.get("requestObject.type")
    return bool(kind == "kubernetes.io/service-account-token")
