from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed the certificate authorities trusted for sign-in",
    severity=Severity.HIGH,
    techniques=["T1556", "T1649"],
    on=entra_audit(
        operation=[
            "Add CertificationBasedAuthConfiguration",
            "Add CertificateBasedAuthConfiguration",
            "Update CertificateBasedAuthConfiguration",
        ],
        event_result="Success",
    ),
    confidence=75,
    runbook=[
        "Whose authority is it? Compare subject and key identifier with the company's own.",
        "Did the public key infrastructure team ask for it?",
        "List sign-ins by certificate since.",
    ],
    response=["Remove the authority.", "Revoke the sessions that began with a certificate since."],
    false_positives=["Renewal of the company's own authority."],
    references=[
        "https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication"
    ],
)
def certificate_authority_added(event: Event) -> bool:
    """Whoever holds a trusted authority's key issues certificates for any user and signs in with them,
    second factor included.
    """
    return True
