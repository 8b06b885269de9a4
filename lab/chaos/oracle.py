"""What must come of the logs of a run: the same records, fed once, to a computation of a few lines in memory.

It shares no code with the collector: it reads JSON, groups and counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import orjson

from lab.chaos.kinds import ALL
from lab.chaos.kinds.kind import Record
from lab.chaos.traffic import Logs

_SOURCES = {"Administrative": "azure.activity", "AuditEvent": "azure.keyvault"}


@dataclass(slots=True)
class Outcome:
    """What a run came to, or must come to.

    alerts: by detector and name (casefolded). windows: what rows hold in all, by detector, key and step. heartbeats:
    records by source and hour of their arrival. letters: partition and sequence number of what could not be read.
    """

    records: int = 0
    alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    windows: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    heartbeats: Counter[tuple[str, int]] = field(default_factory=Counter)
    letters: Counter[tuple[str, int]] = field(default_factory=Counter)


def expected_of(logs: Logs) -> Outcome:
    """The outcome of feeding every message once."""
    outcome = Outcome()
    by_operation: dict[str, list[Record]] = {}
    for partition, messages in logs.items():
        for message in messages:
            try:
                records = orjson.loads(message.body)["records"]
            except orjson.JSONDecodeError:
                outcome.letters[partition, message.number] += 1
                continue
            outcome.records += len(records)
            for record in records:
                source = _SOURCES.get(record.get("category", "")) or f"app.{record['app']}"
                outcome.heartbeats[source, int(message.enqueued_time.timestamp()) // 3600] += 1
                by_operation.setdefault(str(record.get("event")), []).append(record)
    for kind in ALL:
        found = by_operation.get(kind.operation, [])
        for name, amount in kind.expected(found).items():
            outcome.alerts[kind.detector, name] += amount
        if kind.counted is not None:
            for (key, step), amount in kind.counted(found).items():
                outcome.windows[kind.detector, key, step] += amount
    return outcome
