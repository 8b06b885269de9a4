"""The outbox: where an alert is safe from the moment it is raised until Sentinel has taken it.

Table `outbox`, one partition, so that everything about an alert changes in one transaction:

    u|<uid>                                the alert exists; written once, never changed: whoever inserts it has
                                           raised the alert
    p|<outlet>|<rank>|<created>|<uid>      pending: the row as JSON, who may send it and when; gone once delivered
    d|<outlet>|<uid>                       refused by the outlet for good; kept, and put back by `revive`
    r|<time>|<uid>                         newest first, for people: name, severity and state at the first outlet

A crash between any two steps leaves `p|` in place; its claim runs out and somebody sends it. So an alert is
never lost, and at worst sent twice, under the same EventUid. Each outlet has its own `p|`, so that one that is
down holds up no other. Used by the collector; `outlet.py` empties it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from threading import Lock
from typing import Final

from shared.alerts.alert import Alert
from shared.alerts.alert_row import stamp, to_row
from shared.alerts.text import neutralised, shortened
from shared.base.clock import Clock
from shared.base.clouds import PUBLIC, Cloud
from shared.delivery._outbox_commit import committed
from shared.delivery._outbox_scan import Scan
from shared.delivery.outbox_rows import (
    PARTITION,
    SENTINEL,
    TABLE,
    Entry,
    Recent,
    count_rows,
    entry_of,
    existence_row,
    pending_key,
    pending_row,
    rank,
    recent_alerts,
    recent_row,
    refused_key,
    refused_row,
)
from shared.storage import Delete, Insert, Operation, Replace, Store, Upsert, key_range

CLAIM_SECONDS: Final = 60
"""How long whoever claimed an entry may take to deliver it."""

SENDING_SECONDS: Final = 30
"""What must be left of a claim that delivery begins under, so that nobody else sends the same meanwhile."""

CLAIM_BYTES: Final = 8_000_000
"""Bytes of bodies that one claim takes into memory."""

FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 15 * 60.0
LONGEST_ASKED_WAIT_SECONDS: Final = 60 * 60.0
"""How long a service's Retry-After is honoured at most."""

REASON_BYTES: Final = 1_000
"""How much of a reason is kept; it may quote the service, so it is neutralised as well."""

_REMEMBERED: Final = 10_000


class Outbox:
    """The alerts on their way to Sentinel. Thread-safe; several instances and processes may share one store.

    `random` spreads the retries; pass a seeded one for a repeatable run. Every alert goes to each of `outlets`, and the
    state at the first is what `recent` shows. Every method raises StorageError when the store is down.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        random: Random | None = None,
        outlets: Sequence[str] = (SENTINEL,),
        cloud: Cloud = PUBLIC,
    ) -> None:
        self.clock, self.outlets = clock, tuple(outlets)
        self._cloud, self._store = cloud, store
        self._random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self._lock = Lock()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._added: dict[str, OrderedDict[str, Entry]] = {name: OrderedDict() for name in self.outlets}
        self._scan = Scan(store)

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
        first = self.outlets[0]
        entries = [Entry.of(to_row(alert, self._cloud), created, until, first) for alert in unseen.values()]

        def insertion(entry: Entry) -> Sequence[Operation]:
            pending = [
                Insert(pending_row(entry if outlet == first else replace(entry, outlet=outlet)))
                for outlet in self.outlets
            ]
            return (
                Insert(existence_row(entry)),
                *pending,
                Upsert(recent_row(entry, "pending", now)),
            )

        added: list[Alert] = []
        for entry, etags in committed(self._store, entries, insertion, copies=len(self.outlets)):
            added.append(unseen[entry.uid])
            with self._lock:
                for outlet, etag in zip(self.outlets, etags[1:], strict=False):
                    mine = self._added[outlet]
                    mine[entry.uid] = entry.claimed(until, etag, outlet)
                    while len(mine) > _REMEMBERED:
                        mine.popitem(last=False)
        with self._lock:
            self._known.update(dict.fromkeys(unseen))
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return added

    def has_added(self, outlet: str) -> bool:
        """Whether `claim_added` may have something."""
        return bool(self._added.get(outlet))

    def claim_added(self, limit: int, outlet: str | None = None) -> list[Entry]:
        """What this outbox has added itself and may still deliver under that claim; costs no storage
        operation.
        """
        last = stamp(self.clock.now() + timedelta(seconds=SENDING_SECONDS))
        claimed: list[Entry] = []
        room = CLAIM_BYTES
        with self._lock:
            mine = self._added[outlet or self.outlets[0]]
            while mine and len(claimed) < limit and room > 0:
                _, entry = mine.popitem(last=False)
                if entry.claimed_until >= last:  # what is left out comes up when its claim has run out
                    claimed.append(entry)
                    room -= len(entry.body)
        return claimed

    def claim_due(
        self, limit: int, outlet: str | None = None, most: Mapping[int, int] | None = None
    ) -> list[Entry]:
        """Claims up to `limit` entries whose turn has come and that nobody else holds, for CLAIM_SECONDS.

        The highest severity first, the oldest first within it, and `most` of each rank of severity where it is given.
        Fewer where their bodies come to more than CLAIM_BYTES, or where SCAN_ROWS did not hold that many.
        """
        outlet = outlet or self.outlets[0]
        own = self.claim_added(limit, outlet)
        moment = self.clock.now()
        now, until = stamp(moment), stamp(moment + timedelta(seconds=CLAIM_SECONDS))
        due: list[Entry] = []
        room = CLAIM_BYTES - sum(len(entry.body) for entry in own)
        left = dict(most) if most is not None else None
        if len(own) < limit and room > 0:
            for entry in self._scan.entries(outlet, left):
                if entry.claimed_until <= now and entry.not_before <= now:
                    due.append(entry)
                    room -= len(entry.body)
                    if left is not None:
                        left[rank(entry)] -= 1
                    if len(own) + len(due) >= limit or room <= 0:
                        break

        def claim(entry: Entry) -> Sequence[Operation]:
            return (Replace(pending_row(replace(entry, claimed_until=until))),)

        claims = committed(self._store, due, claim)
        return own + [entry.claimed(until, etags[0], outlet) for entry, etags in claims]

    def delivered(self, entries: Iterable[Entry]) -> None:
        """Sentinel has taken these: they are no longer pending, whoever else may have claimed them meanwhile."""
        now = self.clock.now()

        def departure(entry: Entry) -> Sequence[Operation]:
            return (Delete(PARTITION, pending_key(entry)), *self._shown(entry, "delivered", now))

        for _ in committed(self._store, list(entries), departure):
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
            return (Replace(pending_row(later)), *self._shown(entry, "pending", now, reason))

        for _ in committed(self._store, list(entries), postponement):
            pass

    def dead(self, entry: Entry, reason: str) -> None:
        """The service will never take this one: it is set aside with the reason, unless it is out of our
        hands.
        """
        held = self._store.get(TABLE, PARTITION, pending_key(entry))
        if held is None or held.etag != entry.etag:
            return
        reason = shortened(neutralised(reason), REASON_BYTES)
        buried = replace(entry, attempts=entry.attempts + 1, reason=reason)
        now = self.clock.now()

        def burial(entry: Entry) -> Sequence[Operation]:
            return (
                Delete(PARTITION, pending_key(entry), entry.etag),
                Upsert(refused_row(buried)),
                *self._shown(entry, "dead", now, reason),
            )

        for _ in committed(self._store, [entry], burial):
            pass

    def _shown(self, entry: Entry, status: str, now: datetime, reason: str = "") -> tuple[Operation, ...]:
        """The line for people, which the first outlet alone writes."""
        if entry.outlet != self.outlets[0]:
            return ()
        return (Upsert(recent_row(entry, status, now, reason)),)

    def refused(self) -> Iterator[Entry]:
        """What `dead` set aside, of every outlet."""
        return self._entries("d|")

    def pending(self) -> Iterator[Entry]:
        """What waits, of every outlet."""
        return self._entries("p|")

    def _entries(self, prefix: str) -> Iterator[Entry]:
        first, last = key_range(prefix)
        return (entry_of(row) for row in self._store.query(TABLE, PARTITION, first=first, last=last))

    def revive(self, limit: int = 1_000, chosen: Iterable[Entry] | None = None) -> int:
        """Puts what `dead` set aside back to be delivered, `chosen` or the first `limit`; returns how many."""
        now = self.clock.now()

        def revival(entry: Entry) -> Sequence[Operation]:
            return (
                Insert(pending_row(entry.afresh())),
                Delete(PARTITION, refused_key(entry), entry.etag),
                *self._shown(entry, "pending", now),
            )

        entries = islice(self.refused(), limit) if chosen is None else chosen
        return sum(1 for _ in committed(self._store, entries, revival))

    def hurry(self, chosen: Iterable[Entry]) -> int:
        """Has entries of `pending` delivered next, however long they were to wait; returns how many.

        What somebody is delivering, or has delivered meanwhile, is left alone.
        """
        now = stamp(self.clock.now())
        waiting = (entry for entry in chosen if entry.claimed_until <= now)
        return sum(
            1 for _ in committed(self._store, waiting, lambda entry: (Replace(pending_row(entry.again())),))
        )

    def pending_count(self) -> int:
        """How many deliveries wait; an alert counts once for each outlet."""
        return count_rows(self._store, "p|")

    def dead_count(self) -> int:
        """How many were refused for good."""
        return count_rows(self._store, "d|")

    def recent(self, limit: int = 50) -> list[Recent]:
        """The alerts raised last, newest first, with the state of their delivery."""
        return recent_alerts(self._store, limit)
