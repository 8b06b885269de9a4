import re

from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

_EVERYTHING = re.compile(r'"action[\\]*":\s*\[?\s*[\\]*"(\*|iam:\*)[\\]*"')


@detector(
    title="{actor_username} gave {target_name} an administrator's policy",
    severity=Severity.HIGH,
    techniques=["T1098.003", "T1136.003"],
    on=done(
        "AttachUserPolicy",
        "AttachRolePolicy",
        "AttachGroupPolicy",
        "PutUserPolicy",
        "PutRolePolicy",
        "PutGroupPolicy",
        "CreatePolicyVersion",
    ),
    confidence=65,
    runbook=[
        "Is {target_name} new? Then look at who created it, and at its access keys.",
        "Is there a change request, or did infrastructure as code do it?",
        "List what {target_name} did since.",
    ],
    response=[
        "Detach the policy, deactivate the keys of {target_name}.",
        "Revoke the sessions of {actor_username} if the change was not theirs.",
    ],
    false_positives=["Set-up of an account by infrastructure as code: allow-list its role."],
    references=["https://aws-samples.github.io/threat-technique-catalog-for-aws/Techniques/T1136.003.html"],
)
def iam_admin_created(event: Event) -> bool:
    """Whoever attaches the administrator's policy to a user of their own keeps the account, whatever is rotated."""
    policy = str(event.get("requestParameters.policyArn"))
    if policy.endswith(("/AdministratorAccess", "/IAMFullAccess", "/PowerUserAccess")):
        return True
    document = event.texts("requestParameters.policyDocument")
    return '"allow"' in document and _EVERYTHING.search(document) is not None
