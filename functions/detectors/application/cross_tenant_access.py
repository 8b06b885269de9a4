from shared.detection import Severity, detector, none_of, present
from shared.events import Event, application


@detector(
    title="{actor_username} of tenant {tenant_id} reached data of tenant {target_tenant_id} in {app_name}",
    severity=Severity.HIGH,
    techniques=["T1190", "T1213"],
    on=application(
        operation=[
            "sensitive_create",
            "sensitive_read",
            "sensitive_update",
            "sensitive_delete",
            "privilege_permissions_changed",
            "authz_change",
            "user_created",
            "user_updated",
            "user_deleted",
        ],
        event_result=none_of("Failure"),
        target_tenant_id=present(),
    ),
    dedup=("app_name", "actor_user_id", "target_tenant_id"),
    confidence=75,
    runbook=[
        "Is {actor_username} support staff who may do this, and is there a case?",
        "Repeat the request in a test environment: does the application check the tenant?",
        "List everything that this session touched outside its tenant.",
    ],
    response=[
        "Take the function offline if the check is missing.",
        "Tell the owner of tenant {target_tenant_id}, by the duties of the contract.",
    ],
    false_positives=["Support staff acting for a customer: allow-list their tenant."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def cross_tenant_access(event: Event) -> bool:
    """The wall between customers has a hole: one of them has just reached the data of another."""
    return bool(event.tenant_id and event.target_tenant_id.casefold() != event.tenant_id.casefold())
