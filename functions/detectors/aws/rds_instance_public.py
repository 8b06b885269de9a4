from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} made a database reachable from the internet",
    severity=Severity.HIGH,
    techniques=["T1562.007"],
    on=done(
        "ModifyDBInstance",
        "ModifyDBCluster",
        "CreateDBInstance",
        "RestoreDBInstanceFromDBSnapshot",
        where={"requestParameters.publiclyAccessible": True},
    ),
    confidence=65,
    runbook=[
        "Which database, and which security groups does it carry?",
        "Was it restored from a snapshot just now?",
    ],
    response=["Make it private again.", "Look at its logins since."],
    false_positives=["Demonstrations without data."],
)
def rds_instance_public(event: Event) -> bool:
    """A database on the internet stands behind one password."""
    return True
