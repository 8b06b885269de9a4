from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed cross-tenant access: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1484.002", "T1199"],
    on=entra_audit(
        operation=[
            "Add a partner to cross-tenant access setting",
            "Update a partner cross-tenant access setting",
            "Update the company default cross-tenant access setting",
            "Create a partner cross-tenant identity sync setting",
            "Update a partner cross-tenant identity sync setting",
            "Add partner to company",
            "Promote company to partner",
            "Add MultiTenantOrg tenant",
            "Tenant joining MultiTenantOrg tenant",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id", "target_id"),
    confidence=60,
    runbook=[
        "Which tenant was trusted, and does a contract with it exist?",
        "Is inbound synchronisation or automatic redemption switched on?",
        "Check the sign-ins of {actor_username}.",
    ],
    response=[
        "Remove the partner or restore the setting.",
        "Delete the accounts that were synchronised from it.",
    ],
    false_positives=["Mergers and partner projects."],
    references=["https://learn.microsoft.com/entra/external-id/cross-tenant-access-overview"],
)
def cross_tenant_access_changed(event: Event) -> bool:
    """Trust in another tenant lets its users in, accepts their second factor, or writes accounts into this
    directory.
    """
    return True
