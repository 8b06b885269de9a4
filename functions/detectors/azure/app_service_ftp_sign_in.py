from shared.detection import Severity, detector, prefix
from shared.events import Event, azure_appservice_audit


@detector(
    title="{actor_username} signed in over {network_protocol} to publish {resource_id}",
    severity=Severity.MEDIUM,
    techniques=["T1133", "T1078.001"],
    on=azure_appservice_audit(network_protocol=prefix("FTP")),
    dedup=("resource_id", "actor_username", "src_ip_addr"),
    confidence=60,
    runbook=[
        "Find out whose address {src_ip_addr} is.",
        "Compare the files of the application with its last release.",
    ],
    response=["Switch FTP off for the application and reset its publishing profile."],
    false_positives=["Old deployment scripts: move them to a pipeline identity."],
)
def app_service_ftp_sign_in(event: Event) -> bool:
    """Publishing over FTP uses a password that belongs to nobody in particular and passes no conditional access."""
    return True
