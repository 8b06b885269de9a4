from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, select
from shared.events import Event


@detector(
    title="{actor_username} signed in with a bare password (ROPC) to {app_name}",
    severity=Severity.LOW,
    techniques=["T1078.004"],
    on=select(USER_SIGN_INS, event_result="Success", where={"properties.authenticationProtocol": "ropc"}),
    dedup=("actor_user_id", "app_id"),
    dedup_period="24h",
    confidence=45,
    runbook=[
        "Which program is {app_name}, and who runs it at {src_ip_addr}?",
        "Are there failures for other accounts from the same address?",
    ],
    response=[
        "Block the grant by Conditional Access, or replace it in the program.",
        "Reset the password if nobody knows the program.",
    ],
    false_positives=["Old scripts and test accounts: allow-list them."],
    references=["https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc"],
)
def password_grant_sign_in(event: Event) -> bool:
    """The password grant cannot ask for a second factor; tools that test stolen passwords use it."""
    return True
