"""Errors of detectors, and findings of detectors in shadow stage.

Table `health`; read by the status page and `telltale health`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.alerts.alert import Alert
from shared.storage import Delete, Row, Store, Upsert, safe_key, transactions

TABLE = "health"
KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DetectorTrouble:
    """A detector that raised: how often in the last batch that it failed in, when, and what it said."""

    detector: str
    count: int
    time: datetime
    error: str


class DetectorHealth:
    """Keeps troubles in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep_errors(self, counts: Mapping[str, int], texts: Mapping[str, str], now: datetime) -> None:
        """Remembers that detectors raised."""
        rows = [
            Row(
                "detector",
                safe_key(name),
                {"name": name, "count": count, "time": now.timestamp(), "error": texts[name]},
            )
            for name, count in counts.items()
        ]
        self._write(rows)

    def keep_shadow(self, alerts: Iterable[Alert]) -> None:
        """Remembers what detectors in shadow stage would have alerted."""
        self._write(
            [
                Row(
                    "shadow",
                    alert.uid,
                    {"rule": alert.rule, "name": alert.name[:500], "time": alert.start.timestamp()},
                )
                for alert in alerts
            ]
        )

    def troubles(self) -> list[DetectorTrouble]:
        """Every detector that has raised, the latest first."""
        found = [
            DetectorTrouble(
                str(row.values["name"]),
                int(row.values["count"]),
                datetime.fromtimestamp(float(row.values["time"]), UTC),
                str(row.values["error"]),
            )
            for row in self._store.query(TABLE, "detector")
        ]
        return sorted(found, key=lambda trouble: trouble.time, reverse=True)

    def shadow_count(self) -> int:
        """How many findings of detectors in shadow stage are remembered."""
        return sum(1 for _ in self._store.query(TABLE, "shadow", select=["rule"]))

    def remove_old(self, now: datetime) -> None:
        """Forgets troubles and shadow findings of more than `KEEP` ago."""
        limit = (now - KEEP).timestamp()
        for partition in ("detector", "shadow"):
            rows = self._store.query(TABLE, partition, select=["time"])
            old = [Delete(row.partition, row.key) for row in rows if float(row.values["time"]) < limit]
            for group in transactions(old):
                self._store.commit(TABLE, group)

    def _write(self, rows: list[Row]) -> None:
        for group in transactions([Upsert(row) for row in rows]):
            self._store.commit(TABLE, group)
