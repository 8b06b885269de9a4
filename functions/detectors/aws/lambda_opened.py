import re

from shared.detection import Severity, detector, none_of, prefix
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} lets outsiders call function {target_name}",
    severity=Severity.HIGH,
    techniques=["T1648"],
    on=aws_cloudtrail(
        operation=prefix("AddPermission20", "CreateFunctionUrlConfig"),
        target_type="lambda.amazonaws.com",
        event_result=none_of("Failure"),
    ),
    confidence=60,
    runbook=[
        "Whose account is it, or is it everybody?",
        "What may the function do?",
        "Was its code changed around then?",
    ],
    response=["Remove the permission."],
    false_positives=["Webhooks that are public by design."],
)
def lambda_opened(event: Event) -> bool:
    """A function that anybody, or another account, may call is a way back in that no credential guards."""
    principal = str(event.get("requestParameters.principal", ""))
    owner = re.search(r"[0-9]{12}", principal)
    everybody = principal == "*" or event.get("requestParameters.authType") == "NONE"
    return everybody or (owner is not None and owner.group() != str(event.account_id))
