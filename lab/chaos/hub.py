"""Event Hubs and the Functions host, as far as they can lose and double: checkpoints, leases, batches, retries.

A batch whose function returned moves the position on; the checkpoint follows it, sometimes later. When a worker dies
or a partition changes hands, reading begins again at the checkpoint, with other batch boundaries. A worker that has
lost a partition still ends what it was doing, and may take one more batch of it, while the new owner works already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from lab.chaos.fleet import Fleet, WorkerDied
from lab.chaos.traffic import Place
from lab.chaos.worker import Reply

Now = Callable[[], float]
"""The virtual time, in seconds since 1970."""

More = Callable[[], bool]
"""Whether what was read is to be read again."""


@dataclass(slots=True)
class Told:
    """What happened so far. under_fire: messages taken for the first time while kills were still to come."""

    batches: int = 0
    refused: int = 0
    handovers: int = 0
    zombies: int = 0
    delivered: int = 0
    under_fire: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Partition:
    """One partition: its log, who owns it, and how far it is."""

    name: str
    places: Sequence[Place]
    records: Sequence[int]
    random: Random
    owner: int
    position: int = 0
    checkpoint: int = 0
    furthest: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def done(self) -> bool:
        """Whether all of it was read."""
        return self.position >= len(self.places)

    def rewind(self) -> None:
        """Reading begins again at the checkpoint, or a little before it."""
        self.position = max(0, min(self.position, self.checkpoint) - self.random.choice((0, 0, 0, 1, 5)))


class Hub:
    """Reads every partition to its end, and again from behind while `more` says so."""

    def __init__(
        self,
        fleet: Fleet,
        partitions: Sequence[Partition],
        told: Told,
        *,
        most_messages: int,
        handover_rate: float,
        linger: float = 1.0,
    ) -> None:
        self._fleet = fleet
        self._partitions = {partition.name: partition for partition in partitions}
        self._told = told
        self._most = most_messages
        self._rate = handover_rate
        self._linger = linger
        self._zombies: set[asyncio.Task[Reply | None]] = set()
        fleet.died = self.died

    @property
    def partitions(self) -> Mapping[str, Partition]:
        """All partitions, by name."""
        return self._partitions

    def died(self, place: int) -> None:
        """The host of a worker that died gives some of its partitions to others."""
        for partition in self._partitions.values():
            if partition.owner == place and partition.random.random() < 0.4:
                self.hand_over(partition)

    def frozen(self, place: int) -> float:
        """A worker hangs: its leases run out, and others take its partitions; it will go on after some seconds."""
        for partition in self._partitions.values():
            if partition.owner == place:
                self.hand_over(partition)
        return 0.1 + 0.4 * next(iter(self._partitions.values())).random.random()

    def hand_over(self, partition: Partition) -> None:
        """Gives a partition to another worker, whatever its owner is doing."""
        others = [place for place in self._fleet.places if place != partition.owner]
        if others:
            partition.owner = partition.random.choice(others)
            partition.rewind()
            partition.moved.set()
            self._told.handovers += 1

    async def read(self, partition: Partition, now: Now, more: More) -> None:
        """Reads a partition to its end, and parts of it again while `more()`."""
        while True:
            if partition.done:
                if not more():
                    return
                partition.checkpoint = partition.random.randrange(len(partition.places))
                partition.rewind()
            await asyncio.sleep(partition.random.choice((0, 0, 0, 0.02, 0.1)) * self._linger)
            partition.moved.clear()
            begin = partition.position
            end = min(len(partition.places), begin + partition.random.randint(1, self._most))
            owner = partition.owner
            reading = asyncio.ensure_future(self._batch(partition, owner, begin, end, now))
            handing = asyncio.ensure_future(self._perhaps_hand_over(partition))
            moving = asyncio.ensure_future(partition.moved.wait())
            await asyncio.wait((reading, moving), return_when=asyncio.FIRST_COMPLETED)
            handing.cancel()
            moving.cancel()
            if partition.moved.is_set():
                self._left_behind(reading, partition, owner, end, now)
                continue
            reply = reading.result()
            if reply is None:
                partition.rewind()
            elif reply.done:
                partition.position = end
                if more():
                    self._told.under_fire += max(0, end - partition.furthest)
                partition.furthest = max(partition.furthest, end)
                if partition.random.random() < 0.8:
                    partition.checkpoint = end

    async def _perhaps_hand_over(self, partition: Partition) -> None:
        if partition.random.random() < self._rate:
            await asyncio.sleep(partition.random.uniform(0, 0.05))
            self.hand_over(partition)

    async def _batch(self, partition: Partition, owner: int, begin: int, end: int, now: Now) -> Reply | None:
        """Hands a batch over; None where the worker died. A refused one comes again after a pause, by the policy."""
        self._told.batches += 1
        self._told.delivered += sum(partition.records[begin:end])
        try:
            reply = await self._fleet.call(
                owner, "collect", now(), partition.name, partition.places[begin:end]
            )
        except WorkerDied:
            return None
        if reply.error:
            self._told.errors.append(reply.error)
        if not reply.done:
            self._told.refused += 1
            await asyncio.sleep(0.05)
        return reply

    def _left_behind(
        self, reading: asyncio.Task[Reply | None], partition: Partition, owner: int, end: int, now: Now
    ) -> None:
        """The old owner ends its batch, and perhaps takes another one that it had fetched already."""

        async def zombie() -> Reply | None:
            reply = await reading
            taken = reply is not None and reply.done
            if taken and partition.random.random() < 0.5 and end < len(partition.places):
                self._told.zombies += 1
                return await self._batch(partition, owner, end, min(end + 2, len(partition.places)), now)
            return reply

        if not reading.done():
            self._told.zombies += 1
        task = asyncio.ensure_future(zombie())
        self._zombies.add(task)
        task.add_done_callback(self._zombies.discard)

    async def settle(self) -> None:
        """Waits until no worker is at anything that it should have left."""
        while self._zombies:
            await asyncio.wait(self._zombies)
