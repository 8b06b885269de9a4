"""What the tests of the outbox and of delivery share."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from shared.base.clock import VirtualClock
from shared.delivery.outbox import Outbox
from shared.delivery.sentinel import SentinelOutlet
from shared.storage import SqliteStore
from tests.alerts.examples import START


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


@pytest.fixture
def outbox(store: SqliteStore, clock: VirtualClock) -> Outbox:
    return Outbox(store, clock, Random(1))


@pytest.fixture
def endpoint(clock: VirtualClock) -> Iterator[IngestionEndpoint]:
    with IngestionEndpoint(clock=clock) as endpoint:
        yield endpoint


@pytest.fixture
def outlet(endpoint: IngestionEndpoint, clock: VirtualClock) -> Iterator[SentinelOutlet]:
    outlet = SentinelOutlet(endpoint.url, endpoint.rule_id, LocalCredential, clock)
    yield outlet
    outlet.close()
