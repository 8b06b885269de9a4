from shared.detection import Severity, contains, detector, sequence
from shared.events import Event, entra_audit, entra_signin_serviceprincipal

_FAR = contains(
    "full_access_as_app", "mail.readwrite", "mail.read", "files.readwrite.all", "files.read.all",
    "sites.fullcontrol.all", "directory.readwrite.all", "rolemanagement.readwrite.directory",
    "application.readwrite.all", "approleassignment.readwrite.all",
)  # fmt: skip


@detector(
    title="A new application of {tenant_id} was given far-reaching permissions and signed in at once",
    severity=Severity.HIGH,
    techniques=["T1528", "T1098.003"],
    window=sequence(
        [
            entra_audit(operation="Add service principal", event_result="Success"),
            entra_audit(
                operation="Add app role assignment to service principal",
                event_result="Success",
                where={"properties.targetResources.0.modifiedProperties.0.newValue": _FAR},
            ),
            entra_signin_serviceprincipal(event_result="Success"),
        ],
        by="tenant_id",
        within="1h",
    ),
    confidence=60,
    runbook=[
        "Who publishes the application, and who added it and granted the permissions?",
        "From which address did it sign in, and what did it read since (msgraph.activity)?",
    ],
    response=[
        "Disable the service principal and remove its permissions.",
        "Revoke the sessions of who added it.",
    ],
    false_positives=["Products that are rolled out: the change request says so."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-applications"],
)
def new_application_used_at_once(event: Event) -> bool:
    """Added, granted and used within the hour is how an intruder moves from an account to an application."""
    return True
