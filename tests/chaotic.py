"""A store that fails at random, and hub partitions that are delivered again: for tests of what must hold anyway.

`ChaoticStore` raises before or after it has written, and lets other processes do something between two steps.
`play` delivers every message of every partition at least once, to several processes that share the store, with
batch boundaries that change from delivery to delivery, until every batch was accepted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from shared.collector.collector import Collector
from shared.events import Batch, Message
from shared.storage import Operation, Row, Store, StoreUnavailable


class ChaoticStore:
    """Another store, with failures: `rate` of all requests fail, half of the commits among them after writing."""

    def __init__(self, store: Store, random: Random, rate: float) -> None:
        self._store = store
        self._random = random
        self.rate = rate
        self.failures = 0
        self.meanwhile: Callable[[], None] | None = None
        """What other processes do now and then while a commit is on its way."""

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """See `Store.get`."""
        self._perhaps_fail(self.rate / 2)
        return self._store.get(table, partition, key)

    def query(
        self,
        table: str,
        partition: str | None = None,
        *,
        first: str = "",
        last: str = "",
        select: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """See `Store.query`; it may also fail between two rows."""
        self._perhaps_fail(self.rate / 2)
        for row in self._store.query(table, partition, first=first, last=last, select=select, limit=limit):
            self._perhaps_fail(self.rate / 20)
            yield row

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """See `Store.commit`; fails before or after it has written."""
        self._perhaps_fail(self.rate)
        if self.meanwhile is not None and self._random.random() < self.rate:
            meanwhile, self.meanwhile = self.meanwhile, None
            try:
                meanwhile()
            except StoreUnavailable:
                pass  # it happened to another process
            finally:
                self.meanwhile = meanwhile
        etags = self._store.commit(table, operations)
        self._perhaps_fail(self.rate)
        return etags

    def close(self) -> None:
        """See `Store.close`."""
        self._store.close()

    def _perhaps_fail(self, rate: float) -> None:
        if self._random.random() < rate:
            self.failures += 1
            raise StoreUnavailable("the store is down for a moment")


def play(
    store: ChaoticStore,
    process: Callable[[Store], Collector],
    logs: Mapping[str, Sequence[Message]],
    random: Random,
    processes: int = 2,
) -> None:
    """Delivers the messages of every hub partition (`logs`) to processes that fail, move partitions and restart."""
    running = [process(store) for _ in range(processes)]
    accepted = dict.fromkeys(logs, 0)  # the checkpoint of every partition

    def deliver() -> None:
        partition = random.choice(
            [name for name, log in logs.items() if accepted[name] < len(log)] or [*logs]
        )
        log = logs[partition]
        # At most 9 messages before the checkpoint come again, as after a lost lease.
        begin = max(0, accepted[partition] - random.choice((0, 0, 0, 2, 9)))
        end = min(len(log), begin + random.randint(1, 12))
        random.choice(running).collect(Batch("hub", partition, tuple(log[begin:end])))
        accepted[partition] = max(accepted[partition], end)

    def happen() -> None:
        choice = random.random()
        if choice < 0.75:
            deliver()
        elif choice < 0.9:
            random.choice(running).watch_windows()
        elif choice < 0.95:
            random.choice(running).watch_heartbeats()
        else:
            running[random.randrange(processes)] = process(store)  # a restart

    store.meanwhile = happen
    while any(accepted[name] < len(log) for name, log in logs.items()):
        try:
            happen()
        except StoreUnavailable:
            continue
    store.meanwhile = None
    store.rate = 0.0
