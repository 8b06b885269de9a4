"""What was set aside is taken up again: read once, counted once, told once, whatever fails meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import orjson
import pytest

from lab.parts.azurite import AzuriteTables
from shared.collector.collector import Collector
from shared.collector.redrive import RedriveFilter, Redriven, redrive
from shared.detection import count
from shared.storage import AzureTableStore, SqliteStore, Store, StoreUnavailable
from shared.upkeep.dead_letters import DeadLetter
from tests.chaotic import ChaoticStore
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe

MANY = detector_of("many", window=count(by="actor_username", threshold=5, period="10m"))
EACH = detector_of("each", probe(operation="Add credentials"))


def letter(number: int, content: bytes, place: int = 0) -> DeadLetter:
    return DeadLetter("hub", "0", number, place, START, "could not be processed: KeyError", content)


def body(*seconds: int, user: str = "ann") -> bytes:
    return orjson.dumps({"records": [by(user, second) for second in seconds]})


@pytest.fixture(params=["sqlite", "azurite"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "sqlite":
        yield SqliteStore(":memory:")
        return
    request.getfixturevalue("azurite_connection_string")  # says so where there is none
    with AzuriteTables() as tables:
        yield AzureTableStore.from_connection_string(tables.connection_string)


def outcomes(found: list[Redriven]) -> list[tuple[str, int, int]]:
    return [(one.outcome, one.records, one.alerts) for one in found]


def test_what_can_be_read_now_is_counted_beside_what_arrived_and_is_no_letter_any_more(store: Store) -> None:
    subject = collector([MANY, EACH], store)
    subject.collect(batch(message(7, by("ann", 1), by("ann", 2))))
    subject.dead_letters.keep(
        [
            letter(3, body(3, 4)),
            letter(4, b"{still broken"),
            letter(5, body(5), place=1),
            letter(5, orjson.dumps({"records": [by("ann", 6, operationName="Add credentials")]}), place=2),
            letter(6, body(9, user="bob") + b"\n{broken"),
        ]
    )
    found = list(redrive(subject, list(subject.dead_letters.read())))
    assert outcomes(found) == [
        ("read", 2, 0),
        ("still unreadable", 0, 0),
        ("read", 1, 0),
        ("read", 1, 1),
        ("partly read", 1, 0),
    ]
    assert [one.sequence_number for one in subject.dead_letters.read()] == [4, 6]
    assert [alert.rule for alert in subject.watch_windows()] == ["tests.many"]  # five, of four owners
    again = list(redrive(subject, list(subject.dead_letters.read())))
    assert [one.alerts for one in again] == [0, 0]


def test_what_is_redriven_does_not_count_as_arriving_now() -> None:
    subject = collector([MANY])
    subject.dead_letters.keep([letter(1, body(1))])
    assert outcomes(list(redrive(subject, list(subject.dead_letters.read())))) == [("read", 1, 0)]
    assert subject.sources() == []


@pytest.mark.parametrize("seed", range(12))
def test_a_store_that_fails_and_a_command_that_is_run_again_change_nothing(seed: int) -> None:
    random = Random(seed)
    plain = SqliteStore(":memory:")
    collector([MANY], plain).dead_letters.keep(
        [letter(number, body(number, user=f"user{number % 4}")) for number in range(40)]
    )
    chaotic = ChaoticStore(plain, random, rate=0.1)
    process: Collector = collector([MANY], chaotic)
    for _ in range(500):
        try:
            letters = list(process.dead_letters.read())
            random.shuffle(letters)
            for _ in redrive(process, letters):
                pass
            if not letters:
                break
        except StoreUnavailable:
            if random.random() < 0.3:
                process = collector([MANY], chaotic)  # the command was run again
    chaotic.rate = 0.0
    last = collector([MANY], plain)
    last.watch_windows()
    assert list(last.dead_letters.read()) == []
    assert len(last.outbox.recent()) == 4
    amounts = [int(row.values["amount"]) for row in plain.query("windows") if "amount" in row.values]
    assert sum(amounts) == 40


def test_only_what_is_wanted_is_meant() -> None:
    one = letter(1, b"")
    assert RedriveFilter().letter(one)
    assert RedriveFilter(
        reason="keyerror", about="HUB", since=START, until=START + timedelta(seconds=1)
    ).letter(one)
    assert not RedriveFilter(reason="contract").letter(one)
    assert not RedriveFilter(about="other").letter(one)
    assert not RedriveFilter(until=START).letter(one)
    assert not RedriveFilter(since=START + timedelta(seconds=1)).letter(replace(one))
