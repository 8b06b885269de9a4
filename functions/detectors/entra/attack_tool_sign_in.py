from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, contains, detector, select
from shared.events import Event

TOOLS = (
    "aadinternals", "roadtools", "azurehound", "teamfiltration", "trevorspray", "msolspray", "fasthttp",
    "python-requests", "python-httpx", "python-urllib", "aiohttp", "axios/", "go-http-client", "curl/",
)  # fmt: skip


@detector(
    title="{actor_username} signed in with {http_user_agent} from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=select(USER_SIGN_INS, event_result="Success", http_user_agent=contains(*TOOLS)),
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="24h",
    confidence=55,
    runbook=[
        "Does {actor_username} write scripts that sign in as themselves?",
        "Look for the same agent and address with other accounts.",
        "What was read with the session: mail, files, the directory?",
    ],
    response=[
        "Revoke the sessions of {actor_username} and reset the password.",
        "Block {src_ip_addr} if it signs in as several people.",
    ],
    false_positives=["Developers' own scripts: allow-list the account and agent."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def attack_tool_sign_in(event: Event) -> bool:
    """People sign in with browsers and mail programs; libraries and tools are what replays stolen
    passwords and tokens.
    """
    return True
