"""What is planted for each kind of detector makes alerts, is the same every time, and is worth killing workers over."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

import lab.chaos.detectors
from lab.chaos.fleet import Fleet, WorkerDied
from lab.chaos.kinds import ALL
from lab.chaos.kinds.kind import Kind
from lab.chaos.oracle import expected_of
from lab.chaos.proxy import Life, Proxy
from lab.chaos.traffic import logs_of
from lab.chaos.worker import Setup
from shared.detection.discovery import discover


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.detector)
def test_some_of_what_is_planted_alerts_and_some_does_not(kind: Kind) -> None:
    planted = [one for other in ALL for one in other.plant(Random("kinds"), 400)]
    of_kind = [record for record in planted if record["event"] == kind.operation]
    alerts = kind.expected(of_kind)
    assert 5 < alerts.total() < len(of_kind)


def test_every_detector_is_of_one_kind() -> None:
    assert sorted(kind.detector for kind in ALL) == sorted(one.id for one in discover(lab.chaos.detectors))


def test_a_seed_says_what_is_in_the_hub() -> None:
    assert logs_of("a", 500, 4) == logs_of("a", 500, 4)
    assert expected_of(logs_of("a", 500, 4)).alerts != expected_of(logs_of("b", 500, 4)).alerts


def test_a_worker_that_nobody_killed_ends_the_run() -> None:
    async def run() -> None:
        setup = Setup("", 0, 0, "", "no such file", 1, 0.0, ":memory:")
        fleet = Fleet(
            setup, Proxy({}, lambda _: 0.0), 1, lambda _, pid: Life(Random(1), pid, 1 << 40, "before", {})
        )
        await fleet.start()
        try:
            with pytest.raises(WorkerDied):
                await fleet.call(0, "deliver", 0.0)
            await fleet.call(0, "deliver", 0.0)
        finally:
            fleet.close()

    with pytest.raises(RuntimeError, match="ended by itself"):
        asyncio.run(run())
