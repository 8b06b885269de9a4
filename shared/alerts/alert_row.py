"""From an alert to the row that Sentinel gets. A pure function on the measured path: plain dictionaries only.

`to_row` builds the row, `fit` brings one that is too large under the limits of Log Analytics, and `encoded`
does what the outbox needs: the fitted row as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Final

import orjson

from shared.alerts._fitting import MAX_ROW_BYTES, fit
from shared.alerts._links import LONGEST_LINK, records_query, resource_link, user_link
from shared.alerts.alert import Alert
from shared.alerts.alert_columns import BY_NAME, ENTITY_COLUMNS, MAX_FIELD_BYTES
from shared.alerts.text import neutralised, prose, shortened
from shared.base.clouds import PUBLIC, Cloud
from shared.coverage.attack import UnknownTechnique, technique

__all__ = ["MAX_ROW_BYTES", "encoded", "fit", "stamp", "to_row"]

MAX_DEPTH: Final = 24
_FORMULA: Final = ("=", "+", "-", "@")
_NAME_BYTES: Final = BY_NAME["AlertName"].limit
_PLAIN_ONLY: Final = (
    orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_INT32: Final = (1 << 31) - 1
_INT64: Final = 1 << 63
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_THREAT_CATEGORY: Final = {"Compliance Violation": "Security Policy Violation"}
_OWN_LIMITS: Final = tuple(
    (name, column.limit) for name, column in BY_NAME.items() if column.limit < MAX_FIELD_BYTES
)


OWN_RULES: Final = "telltale."
"""How the rules begin that are about the telemetry and the collector: no records of a source show those."""


def to_row(alert: Alert, cloud: Cloud = PUBLIC) -> dict[str, object]:
    """The row of `alert`: the columns that have a value, everything from events neutralised, links of `cloud`.

    `TimeGenerated` is the end of the episode until delivery stamps it. An unknown technique is written as its
    id: an alert is worth more than its label.
    """
    end = stamp(alert.end)
    row: dict[str, object] = {
        "TimeGenerated": end,
        "EventCount": min(alert.count, _INT32),
        "EventStartTime": end if alert.start is alert.end else stamp(alert.start),
        "EventEndTime": end,
        "EventType": "Alert",
        "EventSubType": alert.sub_type,
        "EventUid": alert.uid,
        "EventProduct": "Telltale",
        "EventVendor": "Telltale",
        "EventSchema": "AlertEvent",
        "EventSchemaVersion": "0.1",
        "EventSeverity": str(alert.severity),
        "EventResult": alert.event_result,
        "AlertName": alert.name,
        "AlertStatus": alert.status,
        "RuleName": alert.rule,
        "DetectionMethod": alert.detection_method,
        "ThreatCategory": _THREAT_CATEGORY.get(alert.sub_type, "Unknown"),
        "IndicatorType": _indicator(alert.entities),
        "ThreatConfidence": alert.confidence,
        "ConfidenceScore": alert.confidence / 100,
    }
    if alert.techniques:
        row["AttackTechniques"], row["Techniques"] = _techniques(alert.techniques)
    if alert.tactics:
        row["AttackTactics"], row["Tactics"] = _tactics(alert.tactics)
    _add_words(row, alert)
    _add_entities(row, alert.entities)
    if not _is_harmless(row):
        row = {name: _plain(value, 0) for name, value in row.items()}
    row["AlertName"] = shortened(_as_text(str(row["AlertName"])), _NAME_BYTES)
    if alert.message:
        row["EventMessage"] = _as_text(str(row["EventMessage"]))
    if alert.description:
        row["RuleDescription"] = _described(alert.description)
    _add_links(row, alert, cloud)
    steps = row.get("RemediationSteps")
    if isinstance(steps, list):
        row["AttackRemediationSteps"] = "\n".join(
            [f"{number}. {step}" for number, step in enumerate(steps, 1)]
        )
    return row


@lru_cache(maxsize=2048)
def _described(description: str) -> str:
    return prose(description)


def _as_text(said: str) -> str:
    """A title that a spreadsheet does not run as a formula when somebody exports a list of alerts.

    Only what is read: columns that are matched with those of other tables keep what the event says.
    """
    return f"'{said}" if said.startswith(_FORMULA) else said


def encoded(row: dict[str, object]) -> bytes:
    """The row as JSON of at most MAX_ROW_BYTES, every column within its limit."""
    body = orjson.dumps(row)
    if len(body) <= MAX_FIELD_BYTES and not _has_long_text(row):
        return body
    return orjson.dumps(fit(row))


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and Z, so that later times sort after earlier ones as text."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    text = orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-1].decode()
    return text if len(text) == 27 else text[:19] + ".000000Z"


def _is_harmless(row: dict[str, object]) -> bool:
    """Whether the row is plain JSON of printable ASCII, as most are: one pass in C instead of one per value.

    JSON escapes every control character but DEL with a backslash, and writes NaN and infinity as null.
    """
    try:
        body = orjson.dumps(row, option=_PLAIN_ONLY)
    except TypeError:
        return False
    return body.isascii() and b"\\" not in body and b"\x7f" not in body and b"null" not in body


def _add_words(row: dict[str, object], alert: Alert) -> None:
    """What is said about the alert; columns without a value stay away."""
    if alert.message:
        row["EventMessage"] = alert.message
    if alert.version:
        row["DetectorVersion"] = alert.version
    if alert.source:
        row["Source"] = alert.source
    if alert.operation:
        row["Operation"] = row["EventOriginalType"] = alert.operation
    if alert.customer:
        row["Customer"] = alert.customer
    if alert.criticality:
        row["ResourceCriticality"] = alert.criticality
    if alert.runbook:
        row["Runbook"] = list(alert.runbook)
    if alert.response:
        row["RemediationSteps"] = list(alert.response)
    if alert.tags:
        row["Tags"] = list(alert.tags)
    if alert.evidence:
        row["Evidence"] = alert.evidence


def _add_entities(row: dict[str, object], entities: Mapping[str, object]) -> None:
    """Every normalised name into its column, and what Sentinel's entities need besides."""
    others: dict[str, str] = {}
    for name, value in entities.items():
        if value is None or value == "":
            continue
        text = value if isinstance(value, str) else str(value)
        column = ENTITY_COLUMNS.get(name)
        if column is not None:
            row[column] = text
        else:
            others[name] = text
    if others:
        row["AdditionalFields"] = others
    username = row.get("Username")
    if isinstance(username, str):
        row["AccountName"] = username
        prefix, at, suffix = username.rpartition("@")
        row["UsernameType"] = "UPN" if prefix else "Simple"
        if at and prefix and suffix:
            row["AccountUpnPrefix"], row["AccountUpnSuffix"] = prefix, suffix
    user_id = row.get("UserId")
    if isinstance(user_id, str):
        row["UserIdType"] = "Other"
        if _GUID(user_id):
            row["UserIdType"] = "GUID"
            row["AccountObjectId"] = user_id
    hostname = row.get("DvcHostname")
    if isinstance(hostname, str):
        row["DvcHostname"], dot, domain = hostname.partition(".")
        if dot and domain:
            row["DvcFQDN"], row["DvcDomain"], row["DvcDomainType"] = hostname, domain, "FQDN"
    resource = row.get("ResourceId")
    if isinstance(resource, str):
        row["DvcId"] = resource
        row["DvcIdType"] = "AzureResourceId" if resource[:15].lower() == "/subscriptions/" else "Other"


def _add_links(row: dict[str, object], alert: Alert, cloud: Cloud) -> None:
    """Blind times, and where to look next; links are encoded already and need no other treatment."""
    for column, moment in (("BlindFrom", alert.blind_from), ("BlindUntil", alert.blind_until)):
        if moment is not None:
            row[column] = stamp(moment)
    entities = alert.entities
    object_id = row.get("AccountObjectId")
    if isinstance(object_id, str):
        row["UserLink"] = user_link(object_id, cloud)
    resource_id = entities.get("resource_id") or ""
    if resource_id[:15].lower() == "/subscriptions/":
        link = resource_link(resource_id, entities.get("tenant_id") or "", cloud)
        if len(link) <= LONGEST_LINK:  # half a link leads nowhere
            row["ResourceLink"] = link
    if alert.source and not alert.rule.startswith(OWN_RULES):
        row["RecordsQuery"] = records_query(alert.source, entities, alert.count, alert.start, alert.end)


def _indicator(entities: Mapping[str, str]) -> str:
    """ASIM IndicatorType: the most telling entity of the alert; `Cloud Resource` where it names none."""
    if entities.get("actor_username") or entities.get("actor_user_id"):
        return "User"
    if entities.get("src_ip_addr"):
        return "Ip"
    if entities.get("resource_id"):
        return "Cloud Resource"
    if entities.get("app_id") or entities.get("app_name"):
        return "Application"
    if entities.get("dvc_hostname"):
        return "Host"
    return "Cloud Resource"


@lru_cache(maxsize=512)
def _techniques(ids: tuple[str, ...]) -> tuple[str, list[str]]:
    """ASIM's text of the techniques, and their ids."""
    return ", ".join(_named(id_) for id_ in ids), [neutralised(id_) for id_ in ids]


def _named(id_: str) -> str:
    try:
        return str(technique(id_))
    except UnknownTechnique:
        return neutralised(id_)


@lru_cache(maxsize=512)
def _tactics(names: tuple[str, ...]) -> tuple[str, str]:
    """ASIM's and Sentinel's text of the tactics."""
    clean = [neutralised(name) for name in names]
    return ", ".join(clean), ",".join(map(_in_camel_case, clean))


def _in_camel_case(name: str) -> str:
    """`Command and Control` is CommandAndControl to Sentinel, which drops a tactic that it does not know."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _plain(value: object, depth: int) -> object:
    """`value` as JSON can carry it: neutralised texts, numbers of 64 bits, at most MAX_DEPTH levels."""
    if isinstance(value, str):
        # One character beyond the limit shows `fit` that it was longer; the rest would only cost time.
        return neutralised(value[: MAX_FIELD_BYTES + 1])
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        fits = -_INT64 <= value < _INT64 if isinstance(value, int) else isfinite(value)
        return value if fits else str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return stamp(value)
    if not isinstance(value, dict | list | tuple | Mapping | set | frozenset):
        return neutralised(str(value))
    if depth >= MAX_DEPTH:
        return "…"
    if isinstance(value, dict | Mapping):
        return {neutralised(str(key)): _plain(item, depth + 1) for key, item in value.items()}
    items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
    return [_plain(item, depth + 1) for item in items]


def _has_long_text(row: Mapping[str, object]) -> bool:
    """Whether a column with a limit of its own may be past it; the general limit is checked on the whole
    row.
    """
    return any(
        isinstance(text := row.get(name), str)
        and (len(text) > limit or (len(text) * 4 > limit and not text.isascii()))
        for name, limit in _OWN_LIMITS
    )
