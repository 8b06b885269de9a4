from functions.detectors.application.vocabulary import LOGIN_FAILED
from shared.detection import Severity, detector, distinct
from shared.events import Event, application


@detector(
    title="{count} different users of {app_name} failed to log in within a day",
    severity=Severity.MEDIUM,
    techniques=["T1110.004"],
    on=application(operation=LOGIN_FAILED),
    window=distinct(of="actor_username", by="app_name", threshold=2_000, period="1d"),
    confidence=55,
    runbook=[
        "How many of these users exist? Lists from other breaches have many that do not.",
        "From how many addresses and networks? Residential proxies give each a few tries only.",
        "Which of the users logged in from such a network afterwards?",
    ],
    response=[
        "End the sessions and reset the passwords of those whose login succeeded.",
        "Check new passwords against breached ones, and ask for a second factor.",
    ],
    false_positives=["An outage of the login: everybody fails then."],
)
def slow_credential_stuffing(event: Event) -> bool:
    """Spread over thousands of addresses no limit by address sees it; the number of users does."""
    return True
