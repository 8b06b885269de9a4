from shared.detection import Severity, detector, rate
from shared.events import Event, azure_appservice_http


@detector(
    title="{http_host} has {count} requests in an hour, far more than usual",
    severity=Severity.MEDIUM,
    techniques=["T1499", "T1498"],
    on=azure_appservice_http(),
    window=rate(by="http_host", threshold=3_000, deviations=8.0),
    confidence=45,
    runbook=[
        "From how many addresses and countries, with which user agents, for which paths?",
        "Does the application still answer, and are its costs rising?",
    ],
    response=["Switch on the rate limit of the edge, and block what stands out."],
    false_positives=["A campaign, a load test, a crawler."],
)
def request_spike(event: Event) -> bool:
    """A flood is seen in the number of requests before it is seen in the complaints."""
    return True
