from typing import Any

from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

PUBLIC_PORTS = {"80", "443"}


def _opens(rule: Any) -> bool:
    """Whether the rule lets every address in, to more than one port of the web."""
    if not isinstance(rule, dict):
        return False
    ports = {str(port) for name, port in rule.items() if name.casefold() in ("fromport", "toport")}
    return "/0'" in str(rule) and not (len(ports) == 1 and ports <= PUBLIC_PORTS)


@detector(
    title="{actor_username} opened a security group to the internet",
    severity=Severity.HIGH,
    techniques=["T1562.007"],
    on=done("AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules", "AuthorizeDBSecurityGroupIngress"),
    confidence=65,
    runbook=[
        "Which machines carry the group, and what listens on the port?",
        "Is there a change request, and did infrastructure as code do it?",
        "Look at the flow logs for connections since.",
    ],
    response=["Remove the rule.", "Look at the machines for logins since."],
    false_positives=["Public web servers: only ports 80 and 443 are left out."],
    references=["https://aws-samples.github.io/threat-technique-catalog-for-aws/Techniques/T1562.007.html"],
)
def security_group_opened(event: Event) -> bool:
    """A port for administration or a database that the whole internet reaches is found within minutes."""
    rules: list[Any] = []
    for path in ("ipPermissions.items", "ModifySecurityGroupRulesRequest.SecurityGroupRule"):
        found = event.get(f"requestParameters.{path}")
        rules += found if isinstance(found, list) else [found]
    if event.get("requestParameters.cidrIp") is not None:
        rules.append(event.get("requestParameters"))  # the old form: one rule, in the parameters themselves
    return any(_opens(rule) for rule in rules)
