from functions.detectors.application.vocabulary import LOGIN_TRIED
from shared.detection import Severity, detector, share
from shared.events import Event, application


@detector(
    title="Nearly all logins to {app_name} from {src_ip_addr} fail",
    severity=Severity.LOW,
    techniques=["T1110"],
    on=application(operation=LOGIN_TRIED),
    window=share(
        part={"event_result": "Failure"},
        by=["app_name", "src_ip_addr"],
        threshold=95,
        attempts=40,
        period="30m",
    ),
    confidence=50,
    runbook=[
        "How many users were tried, and did any login succeed?",
        "Does a client with an old password repeat itself? Then it is one user only.",
    ],
    response=["Limit {src_ip_addr}; reset the password of a user whose login succeeded."],
    false_positives=["A client with a password that has expired."],
)
def logins_mostly_fail(event: Event) -> bool:
    """People mistype now and then; programs that guess hardly ever succeed."""
    return True
