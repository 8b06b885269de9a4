import re

from shared.detection import Severity, detector
from shared.events import Event, aws_cloudtrail

_COSTLY = re.compile(
    r"(?:p[2-6][a-z]*|g[4-7][a-z]*|trn[0-9][a-z]*|inf[0-9]|dl[12]q?|vt1|f[12]|u[0-9]*-[0-9a-z]+|x[12][a-z]*)\."
    r"|\.(?:metal|(?:1[6-9]|[2-9][0-9]|1[0-9][0-9])xlarge)"
)


@detector(
    title="{actor_username} launched large or GPU instances in {region}",
    severity=Severity.MEDIUM,
    techniques=["T1496.001", "T1578.002"],
    on=aws_cloudtrail(
        operation=["RunInstances", "RequestSpotInstances", "RequestSpotFleet"],
        target_type="ec2.amazonaws.com",
    ),
    dedup=("actor_user_id", "region"),
    confidence=55,
    runbook=[
        "Does {actor_username} train models or render?",
        "Which region and how many machines: is it where the company works?",
        "Was it allowed or refused?",
    ],
    response=["Stop the machines.", "Deactivate the access key; lower the quotas."],
    false_positives=["Data science teams: allow-list their roles."],
)
def unusual_instances_launched(event: Event) -> bool:
    """Stolen keys are turned into money by renting the most expensive machines, often in a region that
    nobody looks at.
    """
    kind = event.texts("requestParameters.instanceType") or event.texts(
        "requestParameters.launchSpecification"
    )
    return _COSTLY.search(kind) is not None
