from shared.detection import Severity, detector, suffix
from shared.events import Event, azure_appservice_http

_FILES = suffix(
    *("/.env", "/.env.local", "/.env.production", "/.git/config", "/.git/head", "/.git/index"),
    *("/.aws/credentials", "/.ssh/id_rsa", "/id_rsa", "/web.config", "/appsettings.json"),
    *("/.htpasswd", "/wp-config.php.bak", "/dump.sql", "/backup.sql", "/actuator/env"),
    *("/actuator/heapdump", "/local.settings.json", "/.npmrc", "/.docker/config.json"),
)


@detector(
    title="{http_host} answered {src_ip_addr} with a file that holds secrets",
    severity=Severity.HIGH,
    techniques=["T1190", "T1552.001"],
    on=azure_appservice_http(url=_FILES, http_method="GET", http_status_code=["200", "206"]),
    dedup=("http_host", "url"),
    dedup_period="1d",
    confidence=55,
    runbook=[
        "Ask for the same address: is it the file, or a page that answers everything?",
        "List everybody who was given it.",
    ],
    response=["Remove the file; rotate every secret that stands in it."],
    false_positives=["Single-page applications that answer every path with their start page."],
)
def web_secret_file_served(event: Event) -> bool:
    """A settings file that is served gives away every password in it, at once and to everybody."""
    return True
