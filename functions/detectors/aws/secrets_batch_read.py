from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{actor_username} read secrets in {count} batches",
    severity=Severity.MEDIUM,
    techniques=["T1555.006"],
    on=done("BatchGetSecretValue", target_type="secretsmanager.amazonaws.com"),
    window=count(by="actor_user_id", threshold=3, period="10m"),
    confidence=55,
    runbook=[
        "Which filter was used, and which secrets did it give?",
        "Does software of {actor_username} use batches?",
    ],
    response=["Rotate what was read.", "Revoke the sessions of {actor_username}."],
    false_positives=["Software that loads its settings by batch: allow-list its role."],
)
def secrets_batch_read(event: Event) -> bool:
    """A batch gives twenty secrets at once, chosen by a filter: made for software that knows what it
    wants, and for those who want all.
    """
    return True
