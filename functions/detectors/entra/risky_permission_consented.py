import re

from shared.detection import Severity, detector
from shared.events import Event, entra_audit

RISKY_PERMISSIONS = frozenset(
    """mail.read mail.read.all mail.readwrite mail.readwrite.all mail.send mail.send.all
    mailboxsettings.readwrite ews.accessasuser.all full_access_as_app full_access_as_user smtp.send
    imap.accessasuser.all files.read.all files.readwrite.all sites.read.all sites.readwrite.all
    sites.fullcontrol.all chat.read.all chat.readwrite chat.readwrite.all channelmessage.read.all
    directory.readwrite.all directory.accessasuser.all rolemanagement.readwrite.directory
    application.readwrite.all application.readwrite.ownedby approleassignment.readwrite.all user.readwrite.all
    group.readwrite.all groupmember.readwrite.all delegatedpermissiongrant.readwrite.all
    policy.readwrite.conditionalaccess policy.readwrite.authenticationmethod domain.readwrite.all
    userauthenticationmethod.readwrite.all policy.readwrite.permissiongrant privilegedaccess.readwrite.azuread
    roleassignmentschedule.readwrite.directory roleeligibilityschedule.readwrite.directory""".split()
)


@detector(
    title="{actor_username} granted {target_name} a far-reaching permission",
    severity=Severity.HIGH,
    techniques=["T1528", "T1098.003"],
    on=entra_audit(
        operation=[
            "Consent to application",
            "Add app role assignment to service principal",
            "Add delegated permission grant",
            "Update delegated permission grant",
        ],
        event_result="Success",
    ),
    confidence=65,
    runbook=[
        "Who publishes {target_name}, since when does it exist here, and is the publisher verified?",
        "Did a link in a message to {actor_username} ask for it?",
        "Search the application's sign-ins and requests since.",
    ],
    response=[
        "Remove the grant and disable the service principal.",
        "Revoke the sessions of those who consented.",
    ],
    false_positives=["A product that is rolled out: its permissions stand in the change request."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-applications"],
)
def risky_permission_consented(event: Event) -> bool:
    """A consent outlives password resets and needs no second factor: it hands mail, files or the directory
    to an application.
    """
    granted = re.findall(r"[a-z][a-z_.]+", event.texts("properties.targetResources"))
    return not RISKY_PERMISSIONS.isdisjoint(granted)
