from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} elevated their access to all Azure subscriptions",
    severity=Severity.HIGH,
    techniques=["T1098.003", "T1548.005"],
    on=entra_audit(
        operation="User has elevated their access to User Access Administrator for their Azure Resources"
    ),
    confidence=80,
    runbook=[
        "Ask {actor_username} by phone for the reason; it is needed once in years.",
        "List role assignments made by them in Azure since.",
        "Look at their sign-ins from {src_ip_addr}.",
    ],
    response=[
        "Remove the assignment at the root scope.",
        "Remove roles assigned with it; revoke the sessions of {actor_username}.",
    ],
    false_positives=["Recovery of an orphaned subscription."],
    references=["https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin"],
)
def elevated_to_user_access_administrator(event: Event) -> bool:
    """One switch gives a Global Administrator the right to assign any role on every subscription: the step
    from directory to cloud.
    """
    return True
