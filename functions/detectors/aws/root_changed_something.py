from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="Root of account {account_id} called {operation}",
    severity=Severity.HIGH,
    techniques=["T1078.004", "T1098.001"],
    on=done(
        "CreateAccessKey",
        "PasswordUpdated",
        "EmailUpdated",
        "DeactivateMFADevice",
        "DeleteVirtualMFADevice",
        "CreateUser",
        "AttachUserPolicy",
        "PutUserPolicy",
        "CreateLoginProfile",
        "UpdateAssumeRolePolicy",
        "CloseAccount",
        "LeaveOrganization",
        actor_user_type="Root",
    ),
    confidence=75,
    runbook=[
        "Who used root, and why could a role not do it?",
        "Look at what root's new credentials did since.",
    ],
    response=[
        "Undo the change; delete keys of root.",
        "Recover the account with AWS Support if its e-mail address was changed.",
    ],
    false_positives=["Set-up of an account."],
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"],
)
def root_changed_something(event: Event) -> bool:
    """A key or password of root is the account itself; everyday work is done with roles."""
    return bool(event.get("responseElements.PasswordUpdated", "Success") == "Success")
