import re

from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

_NOTE = re.compile(
    r"(?:ransom|decrypt|recover|restore|unlock|encrypted|files?[ _-]?(?:are|have|were))[^/]*\.(?:txt|html?|md|hta)$",
    re.IGNORECASE,
)


@detector(
    title="{actor_username} uploaded what looks like a ransom note",
    severity=Severity.HIGH,
    techniques=["T1486"],
    on=done("PutObject", target_type="s3.amazonaws.com"),
    confidence=55,
    runbook=["Read the note without following it.", "Are objects missing or encrypted?"],
    response=["Deny the identity; keep logs and versions.", "Call the incident team."],
    false_positives=["Documents about ransomware."],
)
def ransom_note_uploaded(event: Event) -> bool:
    """Extortionists leave a note where everybody sees it."""
    return _NOTE.search(str(event.get("requestParameters.key"))) is not None
