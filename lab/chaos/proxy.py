"""Stands between the workers and the services they use; breaks requests and kills workers at chosen ones.

Every worker has a port of its own for each service, so that it is known who asks. What happens to request number n of
a worker's life follows from the seed, the worker's place and its life.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final

from lab.chaos.faults import INGESTION, STORAGE, Where, drawn, said
from lab.chaos.wire import Connected, HttpMessage, connected, listening, read_message

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Stopped = Callable[[int], float]
"""Hears that the worker at a place was frozen; says for how many seconds."""

_FAULTS: Final[Mapping[str, Mapping[str, int]]] = {"storage": STORAGE, "ingestion": INGESTION}


@dataclass(slots=True)
class Life:
    """What is planned for one process: at which of its requests it is killed, and how often they fail."""

    random: Random
    pid: int
    kill_at: int
    where: Where
    rates: Mapping[str, float]
    requests: int = 0
    killed: bool = False

    def next_fault(self, service: str) -> str | None:
        """What happens to the next request: "kill", a fault, or nothing."""
        self.requests += 1
        fault = drawn(self.random, _FAULTS[service])
        wanted = self.random.random() < self.rates.get(service, 0.0)
        if self.requests == self.kill_at:
            return "kill"
        return fault if wanted else None


class Proxy:
    """The proxies of all workers. `lives` says what is planned for the process at each place."""

    def __init__(self, services: Mapping[str, int], stopped: Stopped) -> None:
        """`services`: the real ports by name."""
        self.lives: dict[int, Life] = {}
        self.faults: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self._services = services
        self._stopped = stopped
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._background: set[asyncio.Task[None]] = set()

    async def open(self, place: int) -> dict[str, int]:
        """The ports at which the worker at `place` finds the services."""
        ports = {}
        for service in self._services:
            server = await listening(self._connection(place, service))
            self._servers.append(server)
            ports[service] = int(server.sockets[0].getsockname()[1])
        return ports

    async def settle(self) -> None:
        """Waits until what is late has been done."""
        await asyncio.gather(*self._background, return_exceptions=True)

    async def close(self) -> None:
        """Stops listening."""
        await self.settle()
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _connection(self, place: int, service: str) -> Connected:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            upstream: Stream | None = None
            try:
                while (request := await read_message(reader)) is not None:
                    if upstream is None:
                        upstream = await connected(self._services[service])
                    if not await self._pass(place, service, request, writer, upstream):
                        break
            except (ConnectionError, TimeoutError):
                pass  # the worker was killed, or has given up
            finally:
                for one in (writer, *(upstream or ())[1:]):
                    one.close()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(serve(reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

        return begin

    async def _pass(
        self, place: int, service: str, request: HttpMessage, writer: asyncio.StreamWriter, upstream: Stream
    ) -> bool:
        """Does to a request what is planned; whether the connection goes on."""
        life = self.lives[place]
        fault = life.next_fault(service)
        if fault == "kill":
            return await self._kill(life, request, writer, upstream)
        if fault is not None:
            done = await self._fault(fault, place, service, request, writer, upstream)
            if done is not None:
                return done
        answered = await _forwarded(request, upstream)
        if answered is None:
            return False
        writer.write(answered.whole)
        await writer.drain()
        return True

    async def _kill(
        self, life: Life, request: HttpMessage, writer: asyncio.StreamWriter, upstream: Stream
    ) -> bool:
        if life.where != "before":
            answered = await _forwarded(request, upstream)
            if life.where == "answered" and answered is not None:
                writer.write(answered.whole)
                await writer.drain()
        self.end(life, life.where)
        return False

    def end(self, life: Life, how: str) -> None:
        """Kills a process, if nobody did before."""
        if not life.killed:
            life.killed = True
            self.kills[how] += 1
            with suppress(ProcessLookupError):
                os.kill(life.pid, signal.SIGKILL)

    async def _fault(
        self,
        fault: str,
        place: int,
        service: str,
        request: HttpMessage,
        writer: asyncio.StreamWriter,
        upstream: Stream,
    ) -> bool | None:
        """Whether the connection goes on; None where this request cannot have the fault, and is to be passed on."""
        reply = said(fault, request, service)
        if reply is None and fault == "412":
            return None
        self.faults[f"{service}: {fault}"] += 1
        if fault.startswith("stopped"):
            return await self._freeze(fault, place, request, writer, upstream)
        if fault == "late":
            self._later(service, request)
            return False
        if fault == "cut request":
            request = request.with_body(request.body[: len(request.body) // 2])
        answered = None
        if fault.endswith("done") or fault in ("cut answer", "cut request", "409/412 echo"):
            answered = await _forwarded(request, upstream)
        if fault == "409/412 echo" and answered is not None and answered.status < 400:
            answered = await _forwarded(request, upstream)
        if fault.startswith("hang"):
            await asyncio.sleep(30)  # the client gives up long before
            return False
        if fault.startswith("dropped"):
            return False
        if fault == "cut answer" and answered is not None:
            writer.write(answered.whole[: len(answered.whole) * 2 // 3])
            await writer.drain()
            return False
        if reply is None:
            reply = b"" if answered is None else answered.whole
        writer.write(reply)
        await writer.drain()
        return True

    async def _freeze(
        self, fault: str, place: int, request: HttpMessage, writer: asyncio.StreamWriter, upstream: Stream
    ) -> bool:
        life = self.lives[place]
        answered = await _forwarded(request, upstream) if fault.endswith("done") else None
        with suppress(ProcessLookupError):
            os.kill(life.pid, signal.SIGSTOP)
        await asyncio.sleep(self._stopped(place))
        with suppress(ProcessLookupError):
            os.kill(life.pid, signal.SIGCONT)
        answered = answered or await _forwarded(request, upstream)
        if answered is None:
            return False
        writer.write(answered.whole)
        await writer.drain()
        return True

    def _later(self, service: str, request: HttpMessage) -> None:
        """Lets the request arrive when nobody waits for it any more."""

        async def arrive(seconds: float) -> None:
            await asyncio.sleep(seconds)
            with suppress(ConnectionError):
                upstream = await connected(self._services[service])
                await _forwarded(request, upstream)
                upstream[1].close()

        task = asyncio.ensure_future(arrive(0.1 + len(self._background) % 5 * 0.4))
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _forwarded(request: HttpMessage, upstream: Stream) -> HttpMessage | None:
    reader, writer = upstream
    writer.write(request.whole)
    await writer.drain()
    return await read_message(reader)
