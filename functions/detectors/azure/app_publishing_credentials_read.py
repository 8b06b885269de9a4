from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} read the publishing credentials of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1552", "T1098.001"],
    on=done(
        "Microsoft.Web/sites/publishxml/action",
        "Microsoft.Web/sites/slots/publishxml/action",
        "Microsoft.Web/sites/config/publishingcredentials/list/action",
        "Microsoft.Web/sites/newpassword/action",
        "Microsoft.Web/publishingUsers/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Look for publishing sign-ins since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Reset the publishing profile; switch basic authentication off."],
    false_positives=["Developers who publish from their machine."],
)
def app_publishing_credentials_read(event: Event) -> bool:
    """The publishing profile replaces the application's code over FTP or Kudu, without an account."""
    return True
