from shared.detection import Severity, detector
from shared.events import Event, application


@detector(
    title="A revoked token of {actor_username} was used in {app_name}",
    severity=Severity.HIGH,
    techniques=["T1550.001", "T1528"],
    on=application(operation="authn_token_reuse"),
    dedup=("app_name", "actor_user_id", "src_ip_addr"),
    confidence=60,
    runbook=[
        "Why and when was the token revoked?",
        "What was done with it before, from {src_ip_addr}?",
        "Does the owner still have it in a configuration?",
    ],
    response=[
        "Block {src_ip_addr} if it is not the owner's.",
        "Rotate what else was stored beside the token.",
    ],
    false_positives=["A service that was not told of the rotation."],
    references=["https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html"],
)
def revoked_token_used(event: Event) -> bool:
    """Tokens are revoked when they leaked: whoever still tries one has the copy."""
    return True
