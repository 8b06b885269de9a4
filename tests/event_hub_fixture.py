"""The fixture that gives tests an event hub; registered in `tests/conftest.py`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab.parts.event_hub import EventHubStandIn
from lab.parts.node import PartMissing


@pytest.fixture
def event_hub() -> Iterator[EventHubStandIn]:
    """A hub of its own for each test: AMQP over TCP, in memory, four partitions.

    Skips where its library is not installed; with TELLTALE_REQUIRE_ALL=1, as in CI, fails.
    """
    try:
        running = EventHubStandIn().__enter__()
    except PartMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    try:
        yield running
    finally:
        running.stop()
