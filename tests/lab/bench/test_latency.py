"""The bench of latency measures every alert of its run, from the real hub time to the real arrival."""

from __future__ import annotations

import orjson

from lab.bench.latency import WARM_UP_SECONDS, _single, measure
from lab.traffic.mix import bench_bodies
from tests.lab.bench.test_bench import records_of


def test_every_record_becomes_a_message_of_its_own() -> None:
    bodies = bench_bodies("latency", 500)

    single = _single(bodies)

    assert [len(records_of(body)) for body in single] == [1] * 500
    assert [orjson.dumps(records_of(body)[0]) for body in single] == [
        orjson.dumps(record) for body in bodies for record in records_of(body)
    ]


def test_the_time_from_record_to_row_is_measured_for_the_alerts_of_a_run() -> None:
    found = measure(rate=100, seconds=1, seed=3, hits=0.5)

    assert found.alerts > 0
    assert 0 < found.median_ms <= found.p99_ms <= found.longest_ms
    assert 0 < found.calls <= found.batches <= 100 * (1 + WARM_UP_SECONDS)
