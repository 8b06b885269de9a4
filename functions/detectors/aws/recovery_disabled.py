from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off recovery: {operation} {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1490"],
    on=done(
        "PutBucketVersioning",
        "DeleteBackupVault",
        "DeleteRecoveryPoint",
        "DeleteBackupPlan",
        "DeleteDBClusterSnapshot",
        "DeleteDBSnapshot",
        "DisableKey",
        "ScheduleKeyDeletion",
    ),
    dedup=("actor_user_id", "operation"),
    confidence=55,
    runbook=["What depends on it, and is there a change request?", "What else did {actor_username} delete?"],
    response=[
        "Cancel the deletion (keys wait for at least seven days); switch versions on again.",
        "Revoke the sessions of {actor_username}.",
    ],
    false_positives=["Old backups and keys that are cleaned up."],
)
def recovery_disabled(event: Event) -> bool:
    """Versions, backups and keys are what brings data back: they go first when it is meant to be lost."""
    if event.operation.casefold() != "putbucketversioning":
        return True
    settings = event.texts("requestParameters.VersioningConfiguration")
    return '"suspended"' in settings or '"disabled"' in settings
