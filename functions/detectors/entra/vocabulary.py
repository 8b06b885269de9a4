"""The words of Entra's detectors: sign-ins of people, lockouts, directory roles and how they are given.

Documented at learn.microsoft.com: "Microsoft Entra audit log categories and activities", "AADSTS error codes".
"""

from shared.detection import none_of, select
from shared.events import entra_signin, entra_signin_noninteractive

USER_SIGN_INS = (entra_signin, entra_signin_noninteractive)

LOCKED_OUT = select(USER_SIGN_INS, where={"properties.status.errorCode": 50053}, src_asn=none_of("8075"))
"""Sign-ins to a locked account, but those that Microsoft's own addresses try for a user."""

PRIVILEGED_ROLES = (
    "global administrator", "company administrator", "privileged role administrator",
    "security administrator", "privileged authentication administrator", "authentication administrator",
    "user administrator", "authentication policy administrator", "conditional access administrator",
    "exchange administrator", "application administrator", "sharepoint administrator", "intune administrator",
    "hybrid identity administrator", "domain name administrator", "external identity provider administrator",
    "partner tier2 support",
)  # fmt: skip

ROLE_ASSIGNED = (
    "Add member to role",
    "Add scoped member to role",
    "Add role assignment to role definition",
    "Add member to role outside of PIM (permanent)",
)
ROLE_ASSIGNED_THROUGH_PIM = (
    "Add eligible member to role in PIM completed (permanent)",
    "Add eligible member to role in PIM completed (timebound)",
    "Add member to role in PIM completed (permanent)",
    "Add member to role in PIM completed (timebound)",
)
