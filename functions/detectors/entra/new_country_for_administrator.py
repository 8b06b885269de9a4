from shared.detection import Severity, detector, first_seen
from shared.events import Event, entra_signin

_ADMINISTRATION = [
    "Azure Portal", "Microsoft Azure CLI", "Microsoft Azure PowerShell",
    "Azure Active Directory PowerShell", "Microsoft Graph Command Line Tools",
    "Microsoft Entra admin center", "Microsoft Exchange Online Remote PowerShell",
    "Microsoft 365 admin center", "Microsoft 365 Security and Compliance Center",
    "Microsoft Intune portal extension",
]  # fmt: skip
"""Applications that only those who administer use: so a sign-in tells a privileged user without the directory."""


@detector(
    title="{actor_username} signed in to {app_name} from {src_geo_country}, a country new for them",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=entra_signin(app_name=_ADMINISTRATION, event_result="Success"),
    window=first_seen(of="src_geo_country", by="actor_username", learn="14d", outside_own_networks=True),
    confidence=55,
    runbook=[
        "Does {actor_username} travel? Ask by phone.",
        "Is the device known and compliant, and which second factor was used?",
        "What did {actor_username} change since this sign-in?",
    ],
    response=["Revoke the sessions of {actor_username}, and undo what was changed from there."],
    false_positives=["Business trips; a new VPN exit: declare it as an own network."],
)
def new_country_for_administrator(event: Event) -> bool:
    """Administrators rarely work from a country where they never were; whoever has stolen their session does."""
    return True
