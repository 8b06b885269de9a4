from functions.detectors.application.vocabulary import LOGIN_TRIED
from shared.detection import Severity, detector, rate
from shared.events import Event, application


@detector(
    title="{app_name} has {count} logins in an hour, far more than usual",
    severity=Severity.MEDIUM,
    techniques=["T1499", "T1110"],
    on=application(operation=LOGIN_TRIED),
    window=rate(by="app_name", threshold=500, deviations=8.0),
    confidence=45,
    runbook=[
        "Do they fail or succeed? Failures are an attack on accounts, successes may be a campaign of your own.",
        "From how many addresses and for how many users?",
    ],
    response=["Lower the rate limit of the login; ask for a challenge."],
    false_positives=["A newsletter, the return after an outage."],
)
def login_spike(event: Event) -> bool:
    """Logins have the rhythm of the people who work with an application; machines do not keep it."""
    return True
