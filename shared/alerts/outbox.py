"""The outbox: where an alert is safe from the moment it is raised until Sentinel has taken it.

Table `outbox`, one partition, so that everything about an alert changes in one transaction:

    u|<uid>          the alert exists; written once, never changed: whoever inserts it has raised the alert
    p|<uid>          pending: the row as JSON, who may send it and when; gone once delivered
    d|<uid>          refused by the service for good; kept, and put back by `revive`
    r|<time>|<uid>   newest first, for people: name, severity and state

A crash between any two steps leaves `p|` in place; its claim runs out and somebody sends it. So an alert is
never lost, and at worst sent twice, under the same EventUid. Used by the collector; `delivery.py` empties
it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Lock
from typing import Final

from shared.alerts.alert import Alert
from shared.alerts.outbox_rows import (
    PARTITION,
    TABLE,
    Entry,
    Recent,
    entry_of,
    existence_row,
    key,
    pending_row,
    recent_of,
    recent_row,
)
from shared.alerts.row import stamp, to_row
from shared.alerts.text import neutralised, shortened
from shared.clock import Clock
from shared.storage import Delete, Insert, Operation, Replace, RowChanged, RowExists, Store, Upsert, key_range

CLAIM_SECONDS: Final = 60
"""How long whoever claimed an entry may take to deliver it."""

BATCH: Final = 33
"""Alerts of one transaction, which takes at most 100 operations, three an alert."""

BATCH_BYTES: Final = 1_800_000
"""Bytes of bodies in one transaction: under 4 MiB even where the store sends them as base64."""

CLAIM_BYTES: Final = 8_000_000
"""Bytes of bodies that one claim takes into memory."""

SCAN_ROWS: Final = 5_000
"""Pending rows that one claim looks at; the next claim goes on from there."""

FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 15 * 60.0
LONGEST_ASKED_WAIT_SECONDS: Final = 60 * 60.0
"""How long a service's Retry-After is honoured at most."""

REASON_BYTES: Final = 1_000
"""How much of a reason is kept; it may quote the service, so it is neutralised as well."""

_REMEMBERED: Final = 10_000


class Outbox:
    """The alerts on their way to Sentinel. Thread-safe; several instances and processes may share one store.

    `random` spreads the retries; pass a seeded one for a repeatable run. Every method raises StorageError
    when the store is down.
    """

    def __init__(self, store: Store, clock: Clock, random: Random | None = None) -> None:
        self.clock = clock
        self._store = store
        self._random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self._lock = Lock()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._added: OrderedDict[str, Entry] = OrderedDict()
        self._cursor = ""

    def knows(self, uid: str) -> bool:
        """Whether this process knows that the alert is stored; False says nothing."""
        return uid in self._known

    def add(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Stores the alerts that are not there yet and returns those: the ones that this call has raised.

        They are claimed by this outbox for CLAIM_SECONDS; `claim_added` hands them out for delivery at once.
        """
        now = self.clock.now()
        created, until = stamp(now), stamp(now + timedelta(seconds=CLAIM_SECONDS))
        unseen: dict[str, Alert] = {}
        with self._lock:
            for alert in alerts:
                if alert.uid not in self._known:
                    unseen.setdefault(alert.uid, alert)
        entries = [Entry.of(to_row(alert), created).claimed(until, None) for alert in unseen.values()]

        def insertion(entry: Entry) -> Sequence[Operation]:
            return (
                Insert(existence_row(entry)),
                Insert(pending_row(entry)),
                Upsert(recent_row(entry, "pending", now)),
            )

        added: list[Alert] = []
        for entry, etags in self._commit(entries, insertion):
            added.append(unseen[entry.uid])
            with self._lock:
                self._added[entry.uid] = replace(entry, etag=etags[1])
                while len(self._added) > _REMEMBERED:
                    self._added.popitem(last=False)
        with self._lock:
            self._known.update(dict.fromkeys(unseen))
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return added

    def claim_added(self, limit: int) -> list[Entry]:
        """What this outbox has added itself and may still deliver under that claim; costs no storage
        operation.
        """
        now = stamp(self.clock.now())
        claimed: list[Entry] = []
        room = CLAIM_BYTES
        with self._lock:
            while self._added and len(claimed) < limit and room > 0:
                _, entry = self._added.popitem(last=False)
                if entry.claimed_until > now:
                    claimed.append(entry)
                    room -= len(entry.body)
        return claimed

    def claim_due(self, limit: int) -> list[Entry]:
        """Claims up to `limit` entries whose turn has come and that nobody else holds, for CLAIM_SECONDS.

        Fewer where their bodies come to more than CLAIM_BYTES, or where SCAN_ROWS did not hold that many.
        """
        own = self.claim_added(limit)
        moment = self.clock.now()
        now, until = stamp(moment), stamp(moment + timedelta(seconds=CLAIM_SECONDS))
        due: list[Entry] = []
        room = CLAIM_BYTES - sum(len(entry.body) for entry in own)
        if len(own) < limit and room > 0:
            for entry in self._scan():
                if entry.claimed_until <= now and entry.not_before <= now:
                    due.append(entry)
                    room -= len(entry.body)
                    if len(own) + len(due) >= limit or room <= 0:
                        break

        def claim(entry: Entry) -> Sequence[Operation]:
            return (Replace(pending_row(replace(entry, claimed_until=until))),)

        return own + [entry.claimed(until, etags[0]) for entry, etags in self._commit(due, claim)]

    def _scan(self) -> Iterator[Entry]:
        """The pending entries once around, from where the last scan stopped; at most SCAN_ROWS of them."""
        whole = key_range("p|")
        start = self._cursor
        seen = 0
        for first, last in ((start, whole[1]), (whole[0], start)) if start else (whole,):
            for row in self._store.query(TABLE, PARTITION, first=first, last=last, limit=SCAN_ROWS - seen):
                seen += 1
                self._cursor = row.key + " "
                yield entry_of(row)
            if seen >= SCAN_ROWS:
                return
        self._cursor = ""

    def delivered(self, entries: Iterable[Entry]) -> None:
        """Sentinel has taken these: they are no longer pending, whoever else may have claimed them meanwhile."""
        now = self.clock.now()

        def departure(entry: Entry) -> Sequence[Operation]:
            return (Delete(PARTITION, key("p", entry.uid)), Upsert(recent_row(entry, "delivered", now)))

        for _ in self._commit(list(entries), departure):
            pass

    def failed(self, entries: Iterable[Entry], reason: str, retry_after: float | None = None) -> None:
        """These were not delivered: they wait, each time longer and up to 15 minutes, at least `retry_after`
        s.
        """
        now = self.clock.now()
        reason = shortened(neutralised(reason), REASON_BYTES)

        def postponement(entry: Entry) -> Sequence[Operation]:
            wait = min(FIRST_WAIT_SECONDS * 2.0 ** min(entry.attempts, 20), LONGEST_WAIT_SECONDS)
            wait *= 0.5 + self._random.random() / 2
            wait = max(wait, min(retry_after or 0.0, LONGEST_ASKED_WAIT_SECONDS))
            later = replace(
                entry,
                attempts=entry.attempts + 1,
                claimed_until="",
                not_before=stamp(now + timedelta(seconds=wait)),
                reason=reason,
            )
            return (Replace(pending_row(later)), Upsert(recent_row(entry, "pending", now, reason)))

        for _ in self._commit(list(entries), postponement):
            pass

    def dead(self, entry: Entry, reason: str) -> None:
        """The service will never take this one: it is put aside with the reason, unless it is out of our
        hands.
        """
        held = self._store.get(TABLE, PARTITION, key("p", entry.uid))
        if held is None or held.etag != entry.etag:
            return
        reason = shortened(neutralised(reason), REASON_BYTES)
        buried = replace(entry, attempts=entry.attempts + 1, reason=reason)
        now = self.clock.now()

        def burial(entry: Entry) -> Sequence[Operation]:
            return (
                Delete(PARTITION, key("p", entry.uid), entry.etag),
                Upsert(pending_row(buried, "d")),
                Upsert(recent_row(entry, "dead", now, reason)),
            )

        for _ in self._commit([entry], burial):
            pass

    def revive(self, limit: int = 1_000) -> int:
        """Puts what `dead` put aside back to be delivered, oldest uid first; returns how many."""
        now = self.clock.now()
        first, last = key_range("d|")
        rows = list(self._store.query(TABLE, PARTITION, first=first, last=last, limit=limit))
        entries = [
            replace(entry_of(row), attempts=0, claimed_until="", not_before="", etag=None) for row in rows
        ]

        def revival(entry: Entry) -> Sequence[Operation]:
            return (
                Upsert(pending_row(entry)),
                Delete(PARTITION, key("d", entry.uid)),
                Upsert(recent_row(entry, "pending", now)),
            )

        return sum(1 for _ in self._commit(entries, revival))

    def pending_count(self) -> int:
        """How many alerts wait for delivery."""
        return self._count("p")

    def dead_count(self) -> int:
        """How many alerts the service has refused for good."""
        return self._count("d")

    def _count(self, kind: str) -> int:
        first, last = key_range(kind + "|")
        rows = self._store.query(TABLE, PARTITION, first=first, last=last, select=("attempts",))
        return sum(1 for _ in rows)

    def recent(self, limit: int = 50) -> list[Recent]:
        """The alerts raised last, newest first, with the state of their delivery."""
        first, last = key_range("r|")
        return [
            recent_of(row) for row in self._store.query(TABLE, PARTITION, first=first, last=last, limit=limit)
        ]

    def _commit(
        self, entries: list[Entry], operations: Callable[[Entry], Sequence[Operation]]
    ) -> Iterator[tuple[Entry, list[str | None]]]:
        """Commits the operations of each entry, many entries a transaction; yields what went in, with ETags.

        An entry that somebody else has got to first is left out, and the rest goes in without it.
        """
        for batch in _batches(entries):
            while batch:
                parts = [operations(entry) for entry in batch]
                try:
                    etags = self._store.commit(TABLE, [operation for part in parts for operation in part])
                except (RowExists, RowChanged) as conflict:
                    batch.pop(conflict.index // len(parts[0]))
                    continue
                for position, entry in enumerate(batch):
                    width = len(parts[position])
                    yield entry, etags[position * width : (position + 1) * width]
                break


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    room = BATCH_BYTES
    for entry in entries:
        if batch and (len(batch) >= BATCH or len(entry.body) > room):
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(entry)
        room -= len(entry.body)
    if batch:
        yield batch
