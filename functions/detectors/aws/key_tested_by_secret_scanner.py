from shared.detection import Severity, contains, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="A secret scanner tested the key of {actor_username}",
    severity=Severity.MEDIUM,
    techniques=["T1552.001", "T1078.004"],
    on=aws_cloudtrail(
        operation="GetCallerIdentity", http_user_agent=contains("trufflehog", "gitleaks", "keyhacks", "nosey")
    ),
    dedup=("actor_session_id",),
    dedup_period="24h",
    confidence=60,
    runbook=[
        "Does the company scan its repositories with this tool, and from {src_ip_addr}?",
        "Where does the key stand?",
    ],
    response=["Rotate the key.", "Look at what it called since."],
    false_positives=["The company's own scans: allow-list their address."],
)
def key_tested_by_secret_scanner(event: Event) -> bool:
    """The tool found the key somewhere and asks whether it works; if it is not yours, somebody else knows now."""
    return True
