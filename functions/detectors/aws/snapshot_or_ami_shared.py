import re

from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} shared a snapshot or image: {operation}",
    severity=Severity.HIGH,
    techniques=["T1537"],
    on=done(
        "ModifySnapshotAttribute",
        "ModifyImageAttribute",
        "ModifyDBSnapshotAttribute",
        "ModifyDBClusterSnapshotAttribute",
    ),
    confidence=70,
    runbook=[
        "With which account was it shared, or with everybody?",
        "What does the disk or database hold?",
        "Was the snapshot made just before, by the same key?",
    ],
    response=[
        "Take the permission back; a copy may already exist.",
        "Treat what it holds as known: rotate secrets, tell those who must be told.",
    ],
    false_positives=["Images published for other accounts of the company: allow-list them."],
    references=["https://aws-samples.github.io/threat-technique-catalog-for-aws/Techniques/T1578.001.html"],
)
def snapshot_or_ami_shared(event: Event) -> bool:
    """Sharing a snapshot hands over a whole disk in one call, without moving a byte through the network."""
    added = (
        event.texts("requestParameters.createVolumePermission.add")
        + event.texts("requestParameters.launchPermission.add")
        + event.texts("requestParameters.valuesToAdd")
    )
    return any(len(word) == 12 for word in re.findall(r"[0-9]+", added)) or '"all"' in added or added == "all"
