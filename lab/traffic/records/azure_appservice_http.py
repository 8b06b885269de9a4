"""App Service HTTP logs: one record a request to one of the product's web applications.

Shape: https://learn.microsoft.com/azure/azure-monitor/reference/tables/appservicehttplogs; some applications
write `properties` as an object, others as JSON in a string with the status as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

import orjson

from lab.traffic.company import Company, Origin, Tenant, WebApp
from lab.traffic.identifiers import guid, instant
from lab.traffic.records.shape import Record

_COLLECTIONS: Final = (
    "invoices", "customers", "payments", "reminders", "products", "reports", "attachments", "users",
    "exports",
)  # fmt: skip
_PAGES: Final = (
    "/",
    "/dashboard",
    "/login",
    "/settings/profile",
    "/settings/team",
    "/reports/monthly",
    "/healthz",
)
_MISSING: Final = ("/favicon.ico", "/apple-touch-icon.png", "/robots.txt", "/assets/app.8f31c2.js.map")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request and its answer."""

    path: str
    query: str = ""
    method: str = "GET"
    status: int = 200
    user_agent: str | None = None
    username: str = ""


def http_request(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary request by a user of the product; a few find nothing, hardly any break."""
    tenant = company.workforce if rng.random() < 0.4 else rng.choice(company.customers)
    person = rng.choice(tenant.people)
    request = _ordinary(rng, rng.random())
    return http_record(rng, tenant, rng.choice(tenant.web_apps), person.origin, time, request)


def _ordinary(rng: Random, draw: float) -> Request:
    if draw < 0.02:
        return Request(rng.choice(_MISSING), status=404)
    if draw < 0.023:
        return Request(f"/api/v2/reports/{guid(rng)}", status=500)
    if draw < 0.25:
        return Request(rng.choice(_PAGES), status=304 if rng.random() < 0.2 else 200)
    collection = rng.choice(_COLLECTIONS)
    if draw < 0.5:
        query = (
            f"page={rng.randrange(1, 40)}&pageSize=50&sort=-created&from=2026-{rng.randrange(1, 12):02d}-01"
        )
        return Request(f"/api/v2/{collection}", query)
    path = f"/api/v2/{collection}/{guid(rng)}"
    if draw < 0.8:
        return Request(path, f"include=lines,notes&revision={rng.randrange(100)}")
    method, status = rng.choice((("PUT", 200), ("PATCH", 200), ("POST", 201), ("DELETE", 204)))
    return Request(path, method=method, status=status)


def http_record(
    rng: Random, tenant: Tenant, app: WebApp, origin: Origin, time: datetime, request: Request
) -> Record:
    """The record of one request to this application."""
    properties: Record = {
        "CsMethod": request.method,
        "CsUriStem": request.path,
        "SPort": "443",
        "CIp": origin.address,
        "UserAgent": origin.user_agent if request.user_agent is None else request.user_agent,
        "CsHost": app.host,
        "ScStatus": request.status,
        "ScSubStatus": "0",
        "ScWin32Status": "0",
        "ScBytes": rng.randrange(200, 90_000),
        "CsBytes": rng.randrange(400, 4_000),
        "TimeTaken": rng.randrange(2, 900),
        "Result": "Success" if request.status < 400 else "Failed",
        "CsUsername": request.username,
        "CsUriQuery": request.query,
        "Cookie": f"ai_user={guid(rng)}; ARRAffinity={guid(rng).replace('-', '')}; "
        f"ARRAffinitySameSite={guid(rng).replace('-', '')}; consent=functional",
        "Referer": f"https://{app.host}/dashboard",
        "ComputerName": f"lw1sdlwk000{rng.randrange(16):03X}",
        "Protocol": "HTTP/1.1",
    }
    record: Record = {
        "time": instant(time, rng.randrange(10)),
        "EventTime": instant(time),
        "resourceId": tenant.resource(f"Microsoft.Web/sites/{app.name}").upper(),
        "category": "AppServiceHTTPLogs",
        "operationName": "Microsoft.Web/sites/log",
        "properties": properties,
        "EventStampType": "Stamp",
        "EventPrimaryStampName": "waws-prod-db3-221",
        "EventStampName": "waws-prod-db3-221c",
        "Host": properties["ComputerName"],
        "EventIpAddress": f"10.50.0.{rng.randrange(4, 250)}",
    }
    if app.properties_as_text:
        properties["ScStatus"] = str(request.status)
        record["properties"] = orjson.dumps(properties).decode()
    return record
