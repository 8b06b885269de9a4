from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, select
from shared.events import Event

LEGACY_CLIENTS = [
    "Exchange ActiveSync", "IMAP", "IMAP4", "POP", "POP3", "SMTP", "Authenticated SMTP", "Autodiscover",
    "MAPI", "Exchange Online PowerShell", "Exchange Web Services", "MAPI Over HTTP", "Offline Address Book",
    "Outlook Anywhere (RPC over HTTP)", "Reporting Web Services", "Other clients",
]  # fmt: skip


@detector(
    title="{actor_username} signed in by legacy authentication from {src_ip_addr}",
    severity=Severity.LOW,
    techniques=["T1078.004"],
    on=select(USER_SIGN_INS, event_result="Success", where={"properties.clientAppUsed": LEGACY_CLIENTS}),
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="24h",
    confidence=45,
    runbook=[
        "Which client is it, and does {actor_username} know it?",
        "Has the account signed in this way before, from {src_ip_addr}?",
    ],
    response=[
        "Block legacy authentication by Conditional Access.",
        "Reset the password if the client is not theirs.",
    ],
    false_positives=["Old printers, scanners and mail programs: list and replace them."],
    references=[
        "https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication"
    ],
)
def legacy_authentication_sign_in(event: Event) -> bool:
    """Old mail protocols send the password and nothing else: a guessed password is enough."""
    return True
