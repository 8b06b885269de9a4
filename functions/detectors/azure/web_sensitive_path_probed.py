from shared.detection import Severity, contains, detector
from shared.events import Event, azure_appservice_http

_PATHS = contains(
    *("/.env", "/.git/", "/.svn/", "/.aws/", "/.ssh/", "/.htpasswd", "/.ds_store", "/wp-login"),
    *("/wp-admin", "/wp-content/plugins", "/xmlrpc.php", "phpmyadmin", "/pma/", "phpinfo"),
    *("/adminer", "/actuator/", "/cgi-bin/", "/vendor/phpunit", "/eval-stdin", "/_ignition/"),
    *("/telescope/requests", "/manager/html", "/server-status", "/solr/admin", "/boaform"),
    *("/hnap1", "/owa/auth", "/autodiscover/", "/remote/login", "/jenkins/", "/web.config"),
    *("/id_rsa", "/backup.", "/dump.sql", "/trace.axd", "/elmah.axd", "/graphiql"),
    *("/swagger/v1/..", "/.vscode/", "/docker-compose", "/shell.php", "/c99.php"),
    *("/console/login",),
)


@detector(
    title="{src_ip_addr} probed {http_host} for files and consoles that should not be there",
    severity=Severity.LOW,
    techniques=["T1190"],
    on=azure_appservice_http(url=_PATHS),
    dedup=("src_ip_addr", "http_host"),
    dedup_period="6h",
    confidence=40,
    runbook=[
        "See whether any of these requests was answered with 200.",
        "See what else {src_ip_addr} asked for.",
    ],
    response=["Block {src_ip_addr} at the edge if it goes on."],
    false_positives=["Vulnerability scanners of the house; the whole internet is scanned every day."],
)
def web_sensitive_path_probed(event: Event) -> bool:
    """Whoever asks for other people's files and consoles is looking for a weakness, mostly by machine."""
    return True
