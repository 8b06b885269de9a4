from functions.detectors.application.vocabulary import POWER
from shared.detection import Severity, detector, none_of
from shared.events import Event, application


@detector(
    title="{actor_username} gave {target_name} administrative rights in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098"],
    on=application(
        operation=["privilege_permissions_changed", "authz_change", "user_updated"],
        event_result=none_of("Failure"),
    ),
    confidence=50,
    runbook=[
        "Is there a request for the change, and who approved it?",
        "Are {actor_username} and {target_name} the same person?",
        "Is {src_ip_addr} usual for {actor_username}?",
    ],
    response=["Take the rights back.", "End the sessions of both accounts if the change was not planned."],
    false_positives=["Ordinary administration of customers: raise the threshold to your own staff."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def privilege_change(event: Event) -> bool:
    """Rights are given to keep power: an administrator made today is the intruder's account of tomorrow."""
    # The vocabulary writes `authz_change:user,from,to`: what was given stands last, or in the details.
    granted = str(event.get("event")).partition(":")[2].rpartition(",")[2].casefold()
    given = [granted, *(event.texts(f"details.{name}") for name in ("to", "to_level", "new_role", "role"))]
    return any(word in text for text in given for word in POWER)
