from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, select
from shared.events import Event


@detector(
    title="High-risk sign-in of {actor_username} from {src_ip_addr}",
    severity=Severity.HIGH,
    techniques=["T1078.004"],
    on=select(USER_SIGN_INS, where={"properties.riskState": ["atRisk", "confirmedCompromised"]}),
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="4h",
    confidence=75,
    runbook=[
        (
            "Read riskEventTypes: anomalousToken and attackerinTheMiddle mean a stolen session, not only "
            "a password."
        ),
        "Compare address, device and application with the user's sign-ins of the last week.",
        "Ask {actor_username} by phone whether they signed in from {src_ip_addr}.",
    ],
    response=[
        (
            "Revoke the sessions and reset the password of {actor_username}; remove methods and devices "
            "registered since."
        ),
        "Confirm the sign-in as compromised, so that the policies act on it.",
    ],
    false_positives=["Travel or a new VPN exit: the user confirms it, and the risk is then dismissed."],
    references=["https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks"],
)
def high_risk_sign_in(event: Event) -> bool:
    """Microsoft saw this sign-in as the work of somebody else, and nobody has dealt with that verdict yet."""
    levels = (event.get("properties.riskLevelDuringSignIn"), event.get("properties.riskLevelAggregated"))
    return "high" in (str(level).casefold() for level in levels)
