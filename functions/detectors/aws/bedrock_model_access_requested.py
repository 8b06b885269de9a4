from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} requested access to foundation models: {operation}",
    severity=Severity.LOW,
    techniques=["T1496.004"],
    on=done("PutFoundationModelEntitlement", "PutUseCaseForModelAccess", "CreateFoundationModelAgreement"),
    dedup=("actor_user_id", "account_id"),
    dedup_period="6h",
    confidence=45,
    runbook=[
        "Does the account use Bedrock?",
        "Is {src_ip_addr} usual for {actor_username}?",
        "Did invocations follow?",
    ],
    response=["Take the access back; deactivate the key."],
    false_positives=["A team that starts with Bedrock."],
)
def bedrock_model_access_requested(event: Event) -> bool:
    """Stolen keys are used to run models at the owner's cost; the first step is to accept the models' terms."""
    return True
