from functions.detectors.application.vocabulary import POWER
from shared.detection import Severity, detector, none_of
from shared.events import Event, application


@detector(
    title="{actor_username} created administrator {target_name} in {app_name}",
    severity=Severity.MEDIUM,
    techniques=["T1136", "T1098"],
    on=application(operation="user_created", event_result=none_of("Failure")),
    confidence=45,
    runbook=[
        "Was the account asked for, and for whom?",
        "From where did {actor_username} come?",
        "Was the new account used at once?",
    ],
    response=["Disable the new account.", "End the sessions of {actor_username}."],
    false_positives=["New customers whose first user is an administrator."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def administrator_account_created(event: Event) -> bool:
    """A second account with all rights is the simplest back door, and looks like work."""
    # The vocabulary writes `user_created:by,new,rights`: the rights stand third, or in the details.
    rights = ",".join(str(event.get("event")).partition(":")[2].casefold().split(",")[2:])
    given = [
        rights,
        *(event.texts(f"details.{name}") for name in ("role", "roles", "attributes", "privileges")),
    ]
    return any(word in text for text in given for word in POWER)
