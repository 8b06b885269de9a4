"""The rows of the outbox, their keys and their columns; nobody but `outbox.py` reads or writes them.

The row for Sentinel is kept as UTF-8 bytes in parts `body00`, `body01`, ...: a property holds 64 KiB, and
text counts two bytes a character and would have to be cut between surrogates, bytes need neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson

from shared.alerts.alert_row import encoded, stamp
from shared.storage import (
    Delete,
    Operation,
    Row,
    RowValue,
    Store,
    key_range,
    safe_key,
    transactions,
)

TABLE: Final = "outbox"
PARTITION: Final = "outbox"
SENTINEL: Final = "sentinel"
"""The outlet into Microsoft Sentinel, by its name in the keys."""

RANKS: Final[dict[str, int]] = {"High": 0, "Medium": 1, "Low": 2}
"""Which severity is sent first; anything else is 3."""

_PART_BYTES: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END_OF_TIME: Final = 10**16
"""Microseconds since 1970 of the year 2286: subtracted from, so that the newest key sorts first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A pending alert in somebody's hands: `body` is its row as JSON, `etag` proves the claim.

    `outlet` is where it is to be sent. `created`, `claimed_until` and `not_before` are RFC 3339 texts; `attempts`
    counts the deliveries that failed.
    """

    uid: str
    body: bytes
    created: str
    name: str = ""
    rule: str = ""
    severity: str = ""
    attempts: int = 0
    claimed_until: str = ""
    not_before: str = ""
    reason: str = ""
    etag: str | None = None
    outlet: str = SENTINEL

    @classmethod
    def of(cls, row: dict[str, object], created: str, until: str, outlet: str) -> Entry:
        """The entry of a new alert, given as its row, claimed until a moment on its way to `outlet`."""
        return cls(
            uid=str(row["EventUid"]),
            body=encoded(row),
            created=created,
            name=str(row["AlertName"]),
            rule=str(row["RuleName"]),
            severity=str(row["EventSeverity"]),
            claimed_until=until,
            outlet=outlet,
        )

    @property
    def row(self) -> dict[str, Any]:
        """The row as it was stored."""
        row: dict[str, Any] = orjson.loads(self.body)
        return row

    def claimed(self, until: str, etag: str | None, outlet: str) -> Entry:
        """The same entry under a claim, on its way to `outlet`."""
        return replace(self, claimed_until=until, etag=etag, outlet=outlet)

    def again(self) -> Entry:
        """The same entry as if no delivery had failed."""
        return replace(self, attempts=0, claimed_until="", not_before="")

    def afresh(self) -> Entry:
        """The same entry as a new row."""
        return replace(self.again(), etag=None)


@dataclass(frozen=True, slots=True)
class Recent:
    """An alert as the status page lists it. `status` is pending, delivered or dead; times are RFC 3339."""

    uid: str
    name: str
    rule: str
    severity: str
    status: str
    created: str
    updated: str
    reason: str


def key(uid: str) -> str:
    """`u|` and the alert."""
    return f"u|{safe_key(uid)}"


def pending_prefix(outlet: str, rank: int | None = None) -> str:
    """What the keys of all entries for an outlet begin with, or of those of one rank."""
    prefix = f"p|{safe_key(outlet)}|"
    return prefix if rank is None else f"{prefix}{rank}|"


def pending_key(entry: Entry) -> str:
    """`p|`, outlet, rank of the severity, time and alert: in the order in which they are to be sent."""
    return f"{pending_prefix(entry.outlet, rank(entry))}{_age(entry):016d}|{safe_key(entry.uid)}"


def refused_key(entry: Entry) -> str:
    """`d|`, outlet and alert."""
    return f"d|{safe_key(entry.outlet)}|{safe_key(entry.uid)}"


def rank(entry: Entry) -> int:
    """0 for what is sent first."""
    return RANKS.get(entry.severity, 3)


def recent_key(entry: Entry) -> str:
    """`r|`, the time from the newest to the oldest, and the alert."""
    return f"r|{_END_OF_TIME - _age(entry):016d}|{safe_key(entry.uid)}"


def _age(entry: Entry) -> int:
    return _microseconds(entry.created)


@lru_cache(maxsize=64)
def _microseconds(created: str) -> int:
    return (datetime.fromisoformat(created) - _EPOCH) // timedelta(microseconds=1)


def existence_row(entry: Entry) -> Row:
    """That the alert has been raised; `recent` leads to its state."""
    return Row(PARTITION, key(entry.uid), {"created": entry.created, "recent": recent_key(entry)})


def pending_row(entry: Entry) -> Row:
    """The alert waiting for delivery."""
    return Row(PARTITION, pending_key(entry), _values(entry), entry.etag)


def refused_row(entry: Entry) -> Row:
    """The alert set aside."""
    return Row(PARTITION, refused_key(entry), _values(entry))


def _values(entry: Entry) -> dict[str, RowValue]:
    values: dict[str, RowValue] = {
        "uid": entry.uid,
        "outlet": entry.outlet,
        "created": entry.created,
        "name": entry.name,
        "rule": entry.rule,
        "severity": entry.severity,
        "attempts": entry.attempts,
        "claimed_until": entry.claimed_until,
        "not_before": entry.not_before,
        "reason": entry.reason,
    }
    for part, start in enumerate(range(0, len(entry.body), _PART_BYTES)):
        values[f"body{part:02d}"] = entry.body[start : start + _PART_BYTES]
    return values


def entry_of(row: Row) -> Entry:
    """The entry that `pending_row` or `refused_row` stored."""
    values = row.values
    parts: list[bytes] = []
    while isinstance(part := values.get(f"body{len(parts):02d}"), bytes):
        parts.append(part)
    attempts = values.get("attempts", 0)
    return Entry(
        uid=str(values.get("uid", "")),
        body=b"".join(parts),
        created=str(values.get("created", "")),
        name=str(values.get("name", "")),
        rule=str(values.get("rule", "")),
        severity=str(values.get("severity", "")),
        attempts=attempts if isinstance(attempts, int) else 0,
        claimed_until=str(values.get("claimed_until", "")),
        not_before=str(values.get("not_before", "")),
        reason=str(values.get("reason", "")),
        etag=row.etag,
        outlet=str(values.get("outlet", SENTINEL)),
    )


def recent_row(entry: Entry, status: str, now: datetime, reason: str = "") -> Row:
    """The line of the alert on the status page."""
    values: dict[str, RowValue] = {
        "uid": entry.uid,
        "name": entry.name,
        "rule": entry.rule,
        "severity": entry.severity,
        "status": status,
        "created": entry.created,
        "updated": stamp(now),
        "reason": reason,
    }
    return Row(PARTITION, recent_key(entry), values)


def recent_of(row: Row) -> Recent:
    """The line that `recent_row` stored."""
    return Recent(**{name: str(row.values.get(name, "")) for name in Recent.__dataclass_fields__})


def recent_alerts(store: Store, limit: int) -> list[Recent]:
    """The lines of the alerts raised last, newest first."""
    first, last = key_range("r|")
    return [recent_of(row) for row in store.query(TABLE, PARTITION, first=first, last=last, limit=limit)]


def count_rows(store: Store, prefix: str) -> int:
    """How many rows have keys that begin with `prefix`."""
    first, last = key_range(prefix)
    return sum(1 for _ in store.query(TABLE, PARTITION, first=first, last=last, select=("attempts",)))


def remove_old_alerts(store: Store, before: datetime) -> None:
    """Deletes what is known of alerts that were created before a moment and do not wait for anything."""
    oldest = f"r|{_END_OF_TIME - (before - _EPOCH) // timedelta(microseconds=1):016d}"
    _, last = key_range("r|")
    old: list[Operation] = []
    for row in store.query(TABLE, PARTITION, first=oldest, last=last, select=["uid", "status"]):
        if row.values.get("status") == "delivered":
            old += [Delete(PARTITION, row.key), Delete(PARTITION, key(str(row.values["uid"])))]
    for group in transactions(old):
        store.commit(TABLE, group)
