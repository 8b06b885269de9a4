from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} allowed passwords for publishing {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1556", "T1133"],
    on=done(
        "Microsoft.Web/sites/basicPublishingCredentialsPolicies/write",
        "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Look for sign-ins over FTP or Kudu since the change.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Switch it off again and reset the publishing profile."],
    false_positives=["Migrations of old applications."],
)
def app_basic_authentication_enabled(event: Event) -> bool:
    """With basic authentication a stolen publishing password is enough to replace the application."""
    return "true" in written(event, "allow")
