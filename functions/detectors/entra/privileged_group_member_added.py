from shared.detection import Severity, detector
from shared.events import Event, entra_audit

NAMES_OF_POWER = (
    "admin", "privileged", "tier 0", "tier0", "tier-0", "break glass", "breakglass", "break-glass", "exclu",
)  # fmt: skip


@detector(
    title="{actor_username} added {target_name} to a privileged group",
    severity=Severity.MEDIUM,
    techniques=["T1098"],
    on=entra_audit(operation=["Add member to group", "Add owner to group"], event_result="Success"),
    confidence=45,
    runbook=[
        "What does the group give: roles, exclusions from Conditional Access, machines?",
        "Who owns the group, and did they ask for this?",
        "Check the sign-ins of {actor_username}.",
    ],
    response=[
        "Remove the member.",
        "Make the group role-assignable, so that only privileged administrators change it.",
    ],
    false_positives=["Joiners in administrators' teams."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts"],
)
def privileged_group_member_added(event: Event) -> bool:
    """Roles, exclusions from policies and access to machines hang on groups; whoever joins the right one
    needs no role.
    """
    group = event.get("properties.targetResources.0.modifiedProperties.[Group.DisplayName]")
    return any(name in str(group).casefold() for name in NAMES_OF_POWER)
