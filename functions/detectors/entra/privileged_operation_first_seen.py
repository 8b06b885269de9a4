from shared.detection import Severity, detector, first_seen
from shared.events import Event, azure_activity, entra_audit

_DIRECTORY = [
    "Add member to role", "Add eligible member to role", "Add app role assignment to service principal",
    "Add delegated permission grant", "Add service principal credentials", "Add owner to service principal",
    "Add owner to application", "Add conditional access policy", "Update conditional access policy",
    "Delete conditional access policy", "Set domain authentication", "Reset user password",
    "Disable Strong Authentication", "Admin registered security info", "Admin deleted security info",
]  # fmt: skip
_PLATFORM = [
    "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE",
    "MICROSOFT.AUTHORIZATION/ROLEDEFINITIONS/WRITE",
    "MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION",
    "MICROSOFT.KEYVAULT/VAULTS/ACCESSPOLICIES/WRITE",
    "MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION",
    "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION",
    "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE",
    "MICROSOFT.MANAGEDIDENTITY/USERASSIGNEDIDENTITIES/FEDERATEDIDENTITYCREDENTIALS/WRITE",
]


@detector(
    title="{actor_username} did for the first time: {operation}",
    severity=Severity.LOW,
    techniques=["T1098"],
    on=[
        entra_audit(operation=_DIRECTORY, event_result="Success"),
        azure_activity(operation=_PLATFORM, event_result="Success"),
    ],
    window=first_seen(of="operation", by="actor_username", learn="21d", memory="90d", learns="detector"),
    confidence=40,
    runbook=[
        "Is it {actor_username}'s work? Is there a change for it?",
        "What else did {actor_username} do in the hour around it, and from where?",
    ],
    response=["Undo it and revoke the sessions of {actor_username} if nobody asked for it."],
    false_positives=["New duties; a new deployment pipeline."],
)
def privileged_operation_first_seen(event: Event) -> bool:
    """Few people do each privileged thing, and they do it again and again; a new one among them is worth a look."""
    return True
