from shared.detection import Severity, count, detector, none_of
from shared.events import Event, entra_signin_serviceprincipal


@detector(
    title="{count} failed sign-ins of application {actor_username}",
    severity=Severity.MEDIUM,
    techniques=["T1110"],
    on=entra_signin_serviceprincipal(
        event_result="Failure", where={"properties.status.errorCode": none_of(7000222, 7000224)}
    ),
    window=count(by="actor_user_id", threshold=10, period="10m"),
    confidence=55,
    runbook=[
        "Is {src_ip_addr} where the application runs?",
        "Which error: wrong secret, wrong certificate, unknown or disabled application?",
        "Was its credential changed shortly before, and by whom?",
    ],
    response=[
        "Rotate the credential if the address is foreign.",
        "Restrict the application's sign-ins to its own addresses.",
    ],
    false_positives=["A rotated secret that was not deployed everywhere."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def service_principal_sign_in_failures(event: Event) -> bool:
    """Applications do not mistype: wrong secrets in a row are guesses, or a secret that was changed under them."""
    return True
