from shared.detection import Severity, count, detector
from shared.events import Event, azure_appservice_http


@detector(
    title="{src_ip_addr} asked for {count} pages that do not exist",
    severity=Severity.LOW,
    techniques=["T1190"],
    on=azure_appservice_http(http_status_code="404"),
    window=count(by="src_ip_addr", threshold=40, period="5m"),
    confidence=45,
    runbook=[
        "See which paths were guessed and whether any of them was found.",
        "See whether {src_ip_addr} signed in or sent exploits.",
    ],
    response=["Limit or block {src_ip_addr} at the edge."],
    false_positives=["Crawlers after a page moved; broken links in a release."],
)
def web_scanner(event: Event) -> bool:
    """People meet a missing page now and then; a list of guesses meets hundreds."""
    return True
