from functions.detectors.kubernetes.vocabulary import ROLES, done_by_others, rules, words
from shared.detection import Severity, detector
from shared.events import Event

_CHANGING = frozenset({"create", "update", "patch", "delete", "deletecollection", "*"})


@detector(
    title="{actor_username} created the role {target_name}, which may change things",
    severity=Severity.INFORMATIONAL,
    techniques=["T1098.006"],
    on=done_by_others(operation="create", target_type=ROLES),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=30,
    runbook=[
        "Read the rules and who is bound to the role.",
        "Ask {actor_username} which release or change brought it.",
    ],
    response=["Delete the role if nobody asked for it."],
    false_positives=["Every release that brings its own roles."],
)
def write_role_created(event: Event) -> bool:
    """New rights are rare once a cluster has been set up; reading them takes a minute."""
    return any(verb in _CHANGING for rule in rules(event) for verb in words(rule, "verbs"))
