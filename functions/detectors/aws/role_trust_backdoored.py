import re

from functions.detectors.aws.vocabulary import accounts_named, done
from shared.detection import Severity, detector
from shared.events import Event

_ANYBODY = re.compile(r'"(?:aws|principal)[\\]*":\s*[\\]*"\*')


@detector(
    title="{actor_username} let outsiders assume role {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.003", "T1199"],
    on=done("UpdateAssumeRolePolicy", "CreateRole", target_type="iam.amazonaws.com"),
    confidence=65,
    runbook=[
        "Whose account is it: a vendor with a contract, or nobody knows?",
        "Is an external id required?",
        "Was the role assumed since, from where, and what did it do?",
    ],
    response=[
        "Restore the trust policy and revoke the role's sessions.",
        "Review other roles that {actor_username} changed.",
    ],
    false_positives=["Vendors that read the account: allow-list theirs."],
    references=["https://aws-samples.github.io/threat-technique-catalog-for-aws/Techniques/T1098.003.html"],
)
def role_trust_backdoored(event: Event) -> bool:
    """A role that trusts an account outside the organisation is a door whose key nobody here can take back."""
    document = event.texts("requestParameters.policyDocument") or event.texts(
        "requestParameters.assumeRolePolicyDocument"
    )
    others = accounts_named(document) - {str(event.account_id)}
    return bool(others) or _ANYBODY.search(document) is not None
