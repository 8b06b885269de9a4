"""The benchmark measures what it says: planted records are found, replicas find nothing, every body is taken once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

import functions.detectors
from lab.bench.__main__ import (
    _ALWAYS,
    ALL,
    PARTITIONS,
    WITHOUT_WINDOWS,
    Line,
    batches,
    chosen,
    collector,
    main,
    run,
)
from lab.bench.null_store import NullStore
from lab.bench.planted import PLANTS, kind_of, plant
from lab.bench.replicas import TEMPLATES, replicas
from lab.traffic.mix import bench_bodies
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.storage import SqliteStore

ROOT = Path(__file__).parents[3]
BODIES = bench_bodies("tests", 3_000, 1)


def records_of(body: bytes) -> list[dict[str, object]]:
    value = orjson.loads(body)
    if isinstance(value, list):
        return value
    return value.get("records") or value.get("Records") or [value]


RECORDS = [record for body in BODIES for record in records_of(body)]


@pytest.mark.parametrize("kind", sorted(PLANTS))
def test_a_planted_record_is_found_by_a_detector_that_is_always_measured(kind: str) -> None:
    always = [one for one in discover(functions.detectors) if one.id.rpartition(".")[2] in _ALWAYS]
    found = [record for record in RECORDS if kind_of(record) == kind][:5]
    assert found, "the mix has records of this kind"
    for record in found:
        planted = orjson.loads(orjson.dumps(record))
        PLANTS[kind](planted)
        for content, expected in ((planted, True), (record, False)):
            body = orjson.dumps(content)
            subject = collector(always, SqliteStore(":memory:"))
            message = Message(body, 1, batches([body])[0].messages[0].enqueued_time)
            raised = subject.collect(Batch("hub", "0", (message,))).raised
            assert bool(raised) == expected, (kind, [alert.rule for alert in raised])


@pytest.mark.parametrize("rate", [0.01, 0.10])
def test_about_as_many_records_are_planted_as_asked_for(rate: float) -> None:
    subject = collector(chosen(discover(functions.detectors), 30), NullStore())
    _, plain = run(subject, BODIES)
    _, hits = run(subject, plant(BODIES, rate), 1_000_000)
    assert rate / 2 < (hits - plain) / len(RECORDS) < rate * 2


def test_without_a_rate_nothing_is_changed() -> None:
    assert plant(BODIES, 0.0) == BODIES


def test_replicas_find_nothing_in_ordinary_traffic() -> None:
    subject = collector(replicas(700), SqliteStore(":memory:"))
    for batch in batches(BODIES):
        report = subject.collect(batch)
        assert (report.hits, report.raised) == (0, ())
    assert subject.watch_windows() == []


def test_replicas_are_many_kinds_of_detectors_of_their_own_and_the_same_for_the_same_seed() -> None:
    found = replicas(100)
    assert [one.id for one in found] == [f"replica.number_{number}" for number in range(100)]
    assert len({one.sources for one in found}) > 5
    assert sum(one.window is not None for one in found) == 10
    assert [one.on for one in found] == [one.on for one in replicas(100)]
    assert len(TEMPLATES) > 10


def test_as_many_detectors_are_measured_as_the_line_says_and_real_ones_first() -> None:
    real = discover(functions.detectors)
    for number in (30, 100, 1000):
        found = chosen(real, number)
        assert len({one.id for one in found}) == len(found) == number
        assert {one.id.rpartition(".")[2] for one in found} >= set(_ALWAYS)
        assert sum(not one.id.startswith("replica.") for one in found) == min(number, len(real))


def test_every_body_is_taken_once_in_the_order_of_its_partition() -> None:
    bodies = [b'{"n":%d}' % number for number in range(1_234)]
    found = batches(bodies, begin=7)
    assert sorted(message.body for batch in found for message in batch.messages) == sorted(bodies)
    assert all(1 <= len(batch.messages) <= 100 for batch in found)
    for partition in map(str, range(PARTITIONS)):
        numbers = [
            message.sequence_number
            for batch in found
            if batch.partition == partition
            for message in batch.messages
        ]
        assert numbers == list(range(7, 7 + len(numbers)))


def test_the_bench_prints_a_line_of_json_for_every_row_of_its_table() -> None:
    command = [sys.executable, "-m", "lab.bench", "--json", "--records", "500", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *lines, windows, cold_start = map(json.loads, done.stdout.splitlines())
    assert windows["ratio"] > 1, "counting in windows costs something"
    assert windows["limit"] == 1.3
    assert cold_start["name"] == "import function_app"
    assert cold_start["ratio"] > 0
    keys = {"name", "detectors", "hit_rate", "ratio", "records_per_second", "storage_operations_per_1000"}
    assert all(keys <= line.keys() for line in lines)
    assert {(line["detectors"], line["hit_rate"]) for line in lines[3:]} == {
        (number, rate) for number in (30, 100, 300, 1000) for rate in (0.01, 0.10)
    }
    assert all(line["ratio"] > 0 and line["records_per_second"] > 0 for line in lines)


@pytest.mark.parametrize(
    ("ratio", "status", "last"), [(1.25, 0, "bench: held: "), (2.8, 1, "bench: MISSED: ")]
)
def test_the_last_line_of_the_table_and_the_status_say_whether_the_limit_held(
    ratio: float,
    status: int,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = [Line(ALL, 291, 0.0, 0.0, ratio, 1, 1), Line(WITHOUT_WINDOWS, 216, 0.0, 0.0, 1.0, 1, 1)]
    lines += [Line("some", number, 0.01, 0.01, 2.0, 1, 1) for number in (100, 1_000)]
    monkeypatch.setattr("lab.bench.__main__.cases", lambda *_: [])
    monkeypatch.setattr("lab.bench.__main__.measure", lambda *_: lines)
    monkeypatch.setattr("lab.bench.__main__.import_ratio", lambda _: 1.0)
    monkeypatch.setattr(sys, "argv", ["bench"])
    assert main() == status
    assert capsys.readouterr().out.splitlines()[-1].startswith(last)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rounds", "0"), "--rounds and --entities are at least 1"),
        (("--records", "0"), "--records, --rounds"),
        (("--heartbeats", "--entities", "-1"), "at least 1"),
        (("--latency", "--rate", "0"), "--rate and --seconds are more than 0"),
        (("--latency", "--seconds", "0"), "more than 0"),
        (("--latency", "--seconds", "nan"), "more than 0"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert said in err.splitlines()[-1]
