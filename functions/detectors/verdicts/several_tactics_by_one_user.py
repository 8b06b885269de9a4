from shared.detection import Severity, detector, distinct, findings
from shared.events import Event


@detector(
    title="{actor_username} is behind findings of {count} different tactics within an hour",
    severity=Severity.HIGH,
    techniques=["T1078"],
    on=findings(severity=["Low", "Medium", "High"]),
    window=distinct(of="finding.main_tactic", by="actor_username", threshold=4, period="1h"),
    confidence=80,
    runbook=[
        "Read the alerts that it names, in the order of their times: how did it begin, how far did it get?",
        "Was {actor_username} in a change or an exercise? Ask by phone.",
        "Search everything else that {actor_username} and the addresses did since the first.",
    ],
    response=[
        "Revoke the sessions of {actor_username}, disable the account, keep the evidence.",
        "Undo what was changed, the ways back in first: credentials, roles, sign-in methods, applications.",
    ],
    false_positives=["Administrators who set up a new environment, and exercises."],
    references=["https://attack.mitre.org/tactics/enterprise/"],
)
def several_tactics_by_one_user(event: Event) -> bool:
    """Each finding by itself may have a good reason; access, persistence, evasion and theft in an hour have not."""
    return True
