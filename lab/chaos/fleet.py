"""Starts workers, tells them what to do, notices when they are dead, and starts the next one at their place."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from lab.chaos.proxy import Life, Proxy
from lab.chaos.traffic import Place
from lab.chaos.worker import Command, Reply, Setup, main

_PRELOADED: Final = ["lab.chaos.warm"]


class WorkerDied(Exception):  # noqa: N818 - says what happened
    """The process that was asked is no more; what it did until then is unknown."""


class Fleet:
    """The workers, by their places. `plan` says what is to happen to a process: place, pid -> Life."""

    def __init__(self, setup: Setup, proxy: Proxy, size: int, plan: Callable[[int, int], Life]) -> None:
        self.places = range(size)
        self.started = 0
        self.died: Callable[[int], None] = lambda place: None
        self._setup = setup
        self._proxy = proxy
        self._plan = plan
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._processes: dict[int, BaseProcess] = {}
        self._pipes: dict[int, Connection] = {}
        self._setups: dict[int, Setup] = {}
        self._asked: dict[int, dict[int, asyncio.Future[Reply]]] = {place: {} for place in self.places}
        self._ids = itertools.count()
        self._closing = False
        self._ended = ""

    async def start(self) -> None:
        """Starts a worker at every place."""
        for place in self.places:
            ports = await self._proxy.open(place)
            self._setups[place] = replace(
                self._setup, storage=ports.get("storage", 0), ingestion=ports.get("ingestion", 0)
            )
            self._begin(place)

    def _begin(self, place: int) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=main, args=(self._setups[place], theirs), daemon=True)
        process.start()
        theirs.close()
        if process.pid is None:
            raise RuntimeError("a process that was started has no id")
        self.started += 1
        self._processes[place], self._pipes[place] = process, ours
        self._proxy.lives[place] = self._plan(place, process.pid)
        asyncio.get_running_loop().add_reader(ours.fileno(), self._heard, place)

    def _heard(self, place: int) -> None:
        try:
            reply: Reply = self._pipes[place].recv()
        except (EOFError, OSError):
            self._bury(place)
            return
        self._proxy.faults.update(f"ingestion: {name}" for name in reply.misdirected)
        waiting = self._asked[place].pop(reply.id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    def _bury(self, place: int) -> None:
        asyncio.get_running_loop().remove_reader(self._pipes[place].fileno())
        self._pipes[place].close()
        self._processes[place].join()
        status = self._processes[place].exitcode
        if status != -signal.SIGKILL:
            self._ended = f"a worker ended by itself with status {status}, see above"
        self._proxy.lives[place].killed = True
        asked, self._asked[place] = self._asked[place], {}
        if not self._closing and not self._ended:
            self._begin(place)
            self.died(place)
        for waiting in asked.values():
            if not waiting.done():
                waiting.set_exception(WorkerDied())

    async def call(
        self, place: int, function: str, now: float, partition: str = "", places: Sequence[Place] = ()
    ) -> Reply:
        """Has a function invoked. Raises WorkerDied, and RuntimeError where a worker ended that nobody killed."""
        if self._ended:
            raise RuntimeError(self._ended)
        number = next(self._ids)
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[place][number] = waiting
        try:
            self._pipes[place].send(Command(number, function, now, partition, places))
        except OSError:
            self._asked[place].pop(number, None)
            await asyncio.sleep(0.01)  # its end is noticed meanwhile
            raise WorkerDied from None
        return await waiting

    def close(self) -> None:
        """Ends all workers."""
        self._closing = True
        for process in self._processes.values():
            process.kill()
        for place, pipe in self._pipes.items():
            if not pipe.closed:
                asyncio.get_running_loop().remove_reader(pipe.fileno())
                pipe.close()
            self._processes[place].join()
