from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, select
from shared.events import Event, entra_signin


@detector(
    title="{actor_username} signed in by device code to {app_name} from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1528", "T1566.002"],
    on=[
        *select(
            USER_SIGN_INS, event_result="Success", where={"properties.authenticationProtocol": "deviceCode"}
        ),
        entra_signin(event_result="Success", where={"properties.originalTransferMethod": "deviceCodeFlow"}),
    ],
    dedup=("actor_user_id", "app_id"),
    dedup_period="24h",
    confidence=50,
    runbook=[
        "Did {actor_username} type a code that somebody sent them?",
        "Where is {src_ip_addr}, and has the account used {app_name} before?",
        "Look for devices or methods registered since.",
    ],
    response=[
        "Revoke the sessions of {actor_username}; remove devices registered since.",
        "Block the device code flow by Conditional Access where it is not needed.",
    ],
    false_positives=["Command lines on servers and meeting-room devices."],
    references=["https://learn.microsoft.com/entra/identity/conditional-access/concept-authentication-flows"],
)
def device_code_sign_in(event: Event) -> bool:
    """A code read out or mailed to a user signs in whoever asked for it, on their device: phishing that
    needs no false page.
    """
    return True
