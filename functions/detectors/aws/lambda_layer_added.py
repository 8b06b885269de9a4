from shared.detection import Severity, detector, none_of, prefix
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} put a layer under function {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1648", "T1525"],
    on=aws_cloudtrail(operation=prefix("UpdateFunctionConfiguration"), event_result=none_of("Failure")),
    dedup=("actor_user_id", "target_name"),
    confidence=50,
    runbook=[
        "Whose account publishes the layer (it stands in its ARN)?",
        "Is it in the function's repository?",
    ],
    response=["Remove the layer; rotate what the function knows."],
    false_positives=["Monitoring vendors' layers: allow-list their account."],
)
def lambda_layer_added(event: Event) -> bool:
    """Code in a layer runs before the function's own and sees all that it sees."""
    layers = event.get("requestParameters.layers")
    if not isinstance(layers, list) or not layers:
        return False
    by_person = event.actor_user_type != "AssumedRole" or "AWSReservedSSO" in str(
        event.get("userIdentity.arn")
    )
    return by_person or any(f":{event.account_id}:layer:" not in str(layer) for layer in layers)
