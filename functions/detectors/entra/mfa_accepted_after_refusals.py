from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, none_of, select, sequence
from shared.events import Event, entra_signin

_REFUSED = select(USER_SIGN_INS, where={"properties.status.errorCode": [500121, 50088]})
_NOT_ASKED = "MFA requirement satisfied by claim in the token"  # nobody was asked, so nobody accepted


@detector(
    title="{actor_username} accepted a multifactor request after refusing several",
    severity=Severity.HIGH,
    techniques=["T1621", "T1078.004"],
    window=sequence(
        [
            _REFUSED,
            _REFUSED,
            _REFUSED,
            entra_signin(
                event_result="Success",
                where={
                    "properties.authenticationRequirement": "multiFactorAuthentication",
                    "properties.status.additionalDetails": none_of(_NOT_ASKED),
                },
            ),
        ],
        by="actor_user_id",
        within="30m",
    ),
    confidence=75,
    runbook=[
        "Ask {actor_username} by phone whether the last sign-in was theirs.",
        "Compare address, device and application of the refused and the accepted requests.",
        "Look for sign-in methods that were registered since.",
    ],
    response=[
        "Revoke the sessions of {actor_username}, reset the password, remove new methods.",
        "Require number matching or a passkey.",
    ],
    false_positives=["A user whose phone was slow: the requests all come from the address where they work."],
)
def mfa_accepted_after_refusals(event: Event) -> bool:
    """Whoever is asked often enough gives in once; then the password that was stolen is worth an account."""
    return True
