from shared.detection import Severity, detector, none_of
from shared.events import Event, entra_signin_serviceprincipal


@detector(
    title="Risky sign-in of application {actor_username} from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=[
        entra_signin_serviceprincipal(
            where={
                f"properties.{name}": ["low", "medium", "high"],
                "properties.riskState": none_of("dismissed", "remediated", "confirmedSafe"),
            }
        )
        for name in ("riskLevelDuringSignIn", "riskLevelAggregated")
    ],
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="4h",
    confidence=55,
    runbook=[
        "Compare {src_ip_addr} with the addresses the application signed in from before.",
        "Which credential was used, and where is it stored? Search repositories and pipelines for it.",
        "List what the application read or changed since the first risky sign-in.",
    ],
    response=[
        "Rotate the credential of {actor_username}.",
        "Disable the service principal until its owner explains the sign-in.",
    ],
    false_positives=["A deployment that moved to another region or provider."],
    references=["https://learn.microsoft.com/entra/id-protection/concept-workload-identity-risk"],
)
def risky_service_principal_sign_in(event: Event) -> bool:
    """Applications sign in from the same places with the same credential; a risk on one means that its
    secret is used elsewhere.
    """
    levels = {
        str(event.get(f"properties.{name}")).casefold()
        for name in ("riskLevelDuringSignIn", "riskLevelAggregated")
    }
    # A low level alone is noise; with a refused credential it is somebody trying.
    return bool(levels & {"medium", "high"}) or ("low" in levels and event.event_result == "Failure")
