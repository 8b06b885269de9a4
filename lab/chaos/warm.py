"""Loaded by the process from which workers are forked: everything that they would load and compile in their first call.

So a worker's life begins in milliseconds, and a thousand of them take minutes. A batch goes through a collector of its
own, whose store is in memory; the services that it asks for are not there.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from lab.chaos.traffic import HUB, logs_of
from lab.chaos.worker import Setup, collector_of, functions_of, opened
from shared.base.clock import VirtualClock
from shared.events.message import Batch
from shared.events.message import Message as Received
from shared.storage import SqliteStore, StoreUnavailable

_NOBODY: Final = 1
"""A port at which nobody listens."""


def _warm() -> None:
    logging.disable()
    nowhere = Setup("", 0, _NOBODY, "dcr", "", 1, 0.0, ":memory:")
    clock = VirtualClock(datetime.fromtimestamp(0, UTC))
    collector = collector_of(SqliteStore(":memory:"), clock, nowhere)
    for name, messages in logs_of("warm", 400, 1).items():
        received = [Received(one.body, one.number, one.enqueued_time) for one in messages]
        clock.advance_to(messages[-1].enqueued_time)
        collector.collect(Batch(HUB, name, tuple(received)))
    collector.watch_windows()
    collector.watch_heartbeats()
    collector.deliver()
    collector.close()
    functions_of()
    account = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=bm9ib2R5;"
    with suppress(StoreUnavailable):
        opened(Setup(account, _NOBODY, 0, "", "", 1, 0.0)).get("windows", "p", "k")


_warm()
