from shared.detection import Severity, count, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} read {count} recovery keys or local passwords",
    severity=Severity.MEDIUM,
    techniques=["T1555"],
    on=entra_audit(
        operation=[
            "Read BitLocker key",
            "Reveal local administrator password",
            "Recover device local administrator password",
        ],
        event_result="Success",
    ),
    window=count(by="actor_user_id", threshold=5, period="1h"),
    confidence=60,
    runbook=[
        "Which devices, and is there a ticket for each?",
        "Does {actor_username} usually read them?",
        "Where is {src_ip_addr}?",
    ],
    response=[
        "Rotate what was read.",
        "Revoke the sessions of {actor_username} if the reading was not theirs.",
    ],
    false_positives=["A fault that sends many machines into recovery."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-devices"],
)
def recovery_keys_read(event: Event) -> bool:
    """Each of them opens a machine; the help desk needs one, an intruder collects."""
    return True
