from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} read {count} secrets",
    severity=Severity.HIGH,
    techniques=["T1555.006"],
    on=done("GetSecretValue", target_type="secretsmanager.amazonaws.com"),
    window=distinct(of="requestParameters.secretId", by="actor_user_id", threshold=15, period="10m"),
    confidence=70,
    runbook=[
        "Which secrets, and do they belong together?",
        "Is {src_ip_addr} where {actor_username} runs?",
        "Were the secrets used since?",
    ],
    response=["Rotate what was read, most powerful first.", "Revoke the sessions of {actor_username}."],
    false_positives=["Backup and migration of secrets."],
)
def secrets_mass_read(event: Event) -> bool:
    """Software reads its own secret again and again; whoever reads many different ones is collecting."""
    return True
