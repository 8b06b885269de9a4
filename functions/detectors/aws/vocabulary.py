"""The words of AWS's detectors: what was done, who holds a key of their own, and whose accounts a policy names.

Documented at docs.aws.amazon.com: "CloudTrail userIdentity element", "AWS JSON policy elements: Principal".
"""

import re
from typing import Any

from shared.detection import none_of
from shared.events import aws_cloudtrail
from shared.events.source_definition import Selection


def done(*operations: str, **conditions: Any) -> Selection:
    """Calls that AWS did not refuse."""
    return aws_cloudtrail(operation=operations, **conditions, event_result=none_of("Failure"))


PEOPLE = ("IAMUser", "FederatedUser", "Root")
"""Types of `userIdentity` that hold long-lived credentials; workloads assume roles."""

_ACCOUNT = re.compile(r'arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12})|"aws[\\]*":\s*[\\]*"([0-9]{12})')


def accounts_named(policy: str) -> set[str]:
    """The accounts that a policy, or its principal, lets in."""
    return {first or second for first, second in _ACCOUNT.findall(policy)}
