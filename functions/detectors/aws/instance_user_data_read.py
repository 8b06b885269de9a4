from shared.detection import Severity, detector, distinct
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} read the start scripts of {count} instances",
    severity=Severity.MEDIUM,
    techniques=["T1552", "T1580"],
    on=aws_cloudtrail(
        operation="DescribeInstanceAttribute", where={"requestParameters.attribute": "userData"}
    ),
    window=distinct(of="requestParameters.instanceId", by="actor_user_id", threshold=5, period="10m"),
    confidence=55,
    runbook=["Is it a scanner of the company's own?", "Which secrets stand in the scripts?"],
    response=["Rotate secrets that stand in the scripts."],
    false_positives=["Security scanners: allow-list their role."],
)
def instance_user_data_read(event: Event) -> bool:
    """Start scripts hold passwords and keys more often than they should; whoever reads all of them is
    looking for those.
    """
    return True
