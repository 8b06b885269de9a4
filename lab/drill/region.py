"""A region: a process that runs the app's functions, and a file that is its storage."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

from lab.chaos.traffic import Place
from lab.chaos.worker import Command, Reply, Setup, Worker, functions_of
from shared.base.errors import TelltaleError

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["lab.chaos.warm"])
_MESSAGES: Final = 4
_NOWHERE: Final = 1
"""A port at which nobody listens."""

Log = Mapping[str, Sequence[Place]]
"""What a hub holds: the messages of each partition."""
Checkpoint = dict[str, int]
"""How many messages of each partition were acknowledged."""


class RegionFailed(TelltaleError):  # noqa: N818 - says what happened
    """A function of a region raised, or its process ended by itself."""


def main(setup: Setup, hub: str, pipe: Connection) -> None:
    """The region's process; `hub` is the name of the hub that it reads."""
    functions_of()
    os.environ["TELLTALE_HUB_NAME"] = hub
    Worker(setup, pipe).run()


@dataclass
class Region:
    """A region as a context: its app runs until it is left, or lost.

    acknowledged: how far the app has come in its hub. A batch counts when its function returned, never before.
    """

    setup: Setup
    hub: str
    log: Log
    acknowledged: Checkpoint
    now: float

    def __enter__(self) -> Self:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=main, args=(self.setup, self.hub, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._asked = 0
        return self

    def __exit__(self, *_: object) -> None:
        self.lose()

    def lose(self) -> None:
        """The process is killed, in the middle of what it is doing."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def read(self, upto: float) -> int:
        """Read all partitions in turn, to this share of their messages; the number of those acknowledged now."""
        read = 0
        ends = {name: int(len(places) * upto) for name, places in self.log.items()}
        while behind := [name for name, end in ends.items() if self.acknowledged[name] < end]:
            for name in behind:
                begin = self.acknowledged[name]
                end = min(ends[name], begin + _MESSAGES)
                self._ask("collect", name, self.log[name][begin:end])
                self.acknowledged[name] = end
                read += end - begin
        return read

    def begin(self) -> None:
        """Hand over one more batch of each partition and do not wait: the region is lost while it works."""
        for name, places in self.log.items():
            begin = self.acknowledged[name]
            self._send("collect", name, places[begin : begin + _MESSAGES])

    def fire(self, timers: Iterable[str]) -> None:
        """Fire timers, one after the other, a quarter of an hour apart."""
        for timer in timers:
            self.now += 900
            self._ask(timer)

    def _send(self, function: str, partition: str = "", places: Sequence[Place] = ()) -> None:
        self._asked += 1
        self._pipe.send(Command(self._asked, function, self.now, partition, places))

    def _ask(self, function: str, partition: str = "", places: Sequence[Place] = ()) -> None:
        self._send(function, partition, places)
        try:
            reply: Reply = self._pipe.recv()
        except (EOFError, OSError):
            raise RegionFailed(f"the process of the region ended while {function} ran") from None
        if not reply.done:
            raise RegionFailed(f"{function}: {reply.error or reply.refused}")


def region(
    setup: Setup, store: Path, hub: str, log: Log, *, acknowledged: Checkpoint | None = None
) -> Region:
    """A region with its storage in the file `store`, which reads `log` from `acknowledged`, or from its beginning."""
    begun = dict.fromkeys(log, 0) if acknowledged is None else dict(acknowledged)
    return Region(replace(setup, store=str(store)), hub, log, begun, setup.begin)


def cut_off(setup: Setup) -> Setup:
    """The same without a way to the workspace: what is raised waits in the outbox."""
    return replace(setup, ingestion=_NOWHERE)


def replicate(store: Path, to: Path, *, tables: Sequence[str] = ()) -> None:
    """Copy a region's storage as it is now, as geo-redundant storage does all the time, some minutes late.

    tables: copy these only, over what was copied before. Nothing keeps the tables of a replica of one age.
    """
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(to)) as target:
        if not tables:
            source.backup(target)
            return
        target.execute("ATTACH DATABASE ? AS source", (str(store),))
        for table in tables:
            target.execute("DELETE FROM rows WHERE name = ?", (table,))
            target.execute("INSERT INTO rows SELECT * FROM source.rows WHERE name = ?", (table,))
        target.commit()


def emptied(store: Path, tables: Sequence[str]) -> Path:
    """The same storage without what stood in these tables."""
    with closing(sqlite3.connect(store)) as file:
        file.executemany("DELETE FROM rows WHERE name = ?", [(table,) for table in tables])
        file.commit()
    return store
