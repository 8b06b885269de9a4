from functions.detectors.kubernetes.vocabulary import ROLES, WRITES, done_by_others, rules, words
from shared.detection import Severity, detector
from shared.events import Event

_RAISING = frozenset({"*", "escalate", "bind", "impersonate"})


@detector(
    title="{actor_username} wrote the role {target_name}, which may do everything or raise itself",
    severity=Severity.MEDIUM,
    techniques=["T1098.006"],
    on=done_by_others(operation=WRITES, target_type=ROLES),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=50,
    runbook=[
        "Read the rules and who is bound to the role.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Cut the role down to what is used."],
    false_positives=["Operators that ask for everything: allow-list their installer."],
)
def wildcard_role(event: Event) -> bool:
    """Wildcards, impersonation and the right to bind roles make an ordinary account an administrator."""
    for rule in rules(event):
        verbs, resources = words(rule, "verbs"), words(rule, "resources")
        if "*" in resources and verbs - {"get", "list", "watch"}:
            return True
        if not _RAISING.isdisjoint(verbs) and (event.target_type == "clusterroles" or "*" in resources):
            return True
    return False
