import re

from shared.detection import Severity, detector
from shared.events import Event, entra_audit

_ISSUER = re.compile(r"discoveryurl[\\\" :]+([^\\\"]+)")


def _issuers(value: object) -> set[str]:
    return set(_ISSUER.findall(str(value).casefold()))


@detector(
    title="{actor_username} changed the trusted OpenID Connect issuer",
    severity=Severity.HIGH,
    techniques=["T1556.009", "T1484.002"],
    on=entra_audit(
        operation=["Authentication Methods Policy Update", "Update authentication methods policy"],
        event_result="Success",
    ),
    confidence=80,
    runbook=[
        "Whose host is the new discovery address?",
        "Is an external authentication method being introduced, and did {actor_username} announce it?",
        "List sign-ins satisfied by the external method since.",
    ],
    response=[
        "Restore the policy.",
        "Revoke the sessions of users who satisfied multifactor authentication by it.",
    ],
    false_positives=["Introduction of an external authentication method."],
    references=[
        "https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-external-method-manage"
    ],
)
def oidc_issuer_changed(event: Event) -> bool:
    """A discovery address tells the tenant whose keys to believe; whoever owns it can vouch for a second
    factor they never saw.
    """
    changes = event.get("properties.targetResources.0.modifiedProperties")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict) and _issuers(change.get("newValue")) - _issuers(change.get("oldValue")):
            return True
    return False
