from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector, suffix
from shared.events import Event


@detector(
    title="{actor_username} opened a network access list to the internet",
    severity=Severity.MEDIUM,
    techniques=["T1562.007"],
    on=done(
        "CreateNetworkAclEntry",
        "ReplaceNetworkAclEntry",
        where={
            "requestParameters.ruleAction": "allow",
            "requestParameters.egress": False,
            "requestParameters.cidrBlock": suffix("/0"),
        },
    ),
    confidence=50,
    runbook=["Which subnets use the list, and what is in them?", "Is there a change request?"],
    response=["Remove the entry."],
    false_positives=["Public subnets of load balancers."],
)
def network_acl_opened(event: Event) -> bool:
    """The access list is the subnet's outer wall; a rule for everybody leaves only the security groups."""
    return True
