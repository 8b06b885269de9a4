"""For every kind of window: whatever is drawn, however it is cut, repeated and moved, the keys told are the oracle's.

Each property draws records, spreads them over hub partitions, and plays them through processes that fail and restart
on a store that fails. The oracle is a few lines over all records at once, and shares no code with the kinds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from random import Random
from statistics import median
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection import count, distinct, first_seen, rate, sequence, share, travel
from shared.detection.windows.bucket import Crossing
from shared.detection.windows.contributions import resumed
from shared.detection.windows.window import Window
from shared.storage import SqliteStore, Store
from tests.chaotic import ChaoticStore, play
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe

PARTITIONS = ("0", "1", "2")
USERS = ("ann", "bob")
HOUR, DAY = 3600, 86400
BEGIN = int(START.timestamp())

Drawn = list[tuple[str, int, Any]]
"""Records as user, seconds after START, and what else the kind asks for."""

few = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**32 - 1)


def drawn(
    seconds: st.SearchStrategy[int], value: st.SearchStrategy[Any], most: int = 45
) -> st.SearchStrategy[Drawn]:
    return st.lists(st.tuples(st.sampled_from(USERS), seconds, value), min_size=most // 4, max_size=most)


def told(
    window: Window,
    records: Sequence[dict[str, Any]],
    seed: int,
    *,
    before: Sequence[dict[str, Any]] = (),
    now: float = 0,
    end: float,
) -> set[str]:
    """The keys told of. Times are in seconds after START.

    `before` comes first and in order, the others at `now`, and the timer fires for the last time at `end`.
    """
    random = Random(seed)
    detector = detector_of("one", window=window, title="{actor_username}")
    plain = SqliteStore(":memory:")
    clock = VirtualClock(START)

    def process(store: Store) -> Collector:
        return collector([detector], store, partitions=len(PARTITIONS), clock=clock)

    logs: dict[str, list[Any]] = {partition: [] for partition in PARTITIONS}
    if before:
        process(plain).collect(batch(*(message(n + 1, one) for n, one in enumerate(before))))
        logs["0"] = [message(len(before) + 1, by("nobody", 0, operationName="Nothing"))]
    for one in records:
        log = logs[random.choice(PARTITIONS)]
        log.append(message(len(log) + len(before) + 2, one))
    clock.advance(now)
    play(ChaoticStore(plain, random, rate=0.06), process, logs, random)
    clock.advance(end - now)
    last = process(plain)
    last.watch_windows()
    assert last.watch_windows() == []  # nothing is found again
    found = [alert for alert in last.outbox.recent(limit=1_000) if not alert.rule.startswith("telltale.")]
    assert len({alert.uid for alert in found}) == len(found)
    return {alert.name for alert in found}


def by_user(records: Iterable[tuple[str, int, Any]]) -> dict[str, list[tuple[int, Any]]]:
    found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for user, seconds, value in records:
        found[user].append((BEGIN + seconds, value))
    return found


def test_an_episode_whose_crossing_late_records_moved_is_told_under_its_own_step() -> None:
    crossings = [Crossing(98, 7, ()), Crossing(103, 8, ()), Crossing(101, 9, (), label="se")]
    (told_again,) = resumed(crossings, [(100, "")], 10)
    assert (told_again.step, told_again.seen) == (100, 7)  # the nearest stands for it
    assert resumed(crossings, [(200, ""), (100, "de")], 10) == []


def windows(seen: list[tuple[int, Any]], step: int) -> Iterable[list[Any]]:
    """What lies in each ten steps that end with a step that has records."""
    for end in {time // step for time, _ in seen}:
        yield [value for time, value in seen if end - 9 <= time // step <= end]


@few
@given(drawn(st.integers(0, 1800), st.none()), seeds)
def test_count(records: Drawn, seed: int) -> None:
    window = count(by="actor_username", threshold=6, period="10m")
    expected = {
        user
        for user, seen in by_user(records).items()
        if any(len(inside) >= 6 for inside in windows(seen, 60))
    }
    assert told(window, [by(user, at) for user, at, _ in records], seed, end=1900) == expected


@few
@given(drawn(st.integers(0, 1800), st.integers(0, 7)), seeds)
def test_distinct(records: Drawn, seed: int) -> None:
    window = distinct(of="app_name", by="actor_username", threshold=4, period="10m")
    expected = {
        user
        for user, seen in by_user(records).items()
        if any(len(set(inside)) >= 4 for inside in windows(seen, 60))
    }
    sent = [by(user, at, properties={"app": f"App {app}"}) for user, at, app in records]
    assert told(window, sent, seed, end=1900) == expected


@few
@given(drawn(st.integers(0, 1200), st.booleans(), most=60), seeds)
def test_share(records: Drawn, seed: int) -> None:
    window = share(
        part={"event_result": "Failure"},
        by="actor_username",
        threshold=60,
        attempts=5,
        period="10m",
        late="5m",
    )
    expected = {
        user
        for user, seen in by_user(records).items()
        if any(len(inside) >= 5 and sum(inside) * 100 >= 60 * len(inside) for inside in windows(seen, 60))
    }
    sent = [by(user, at, resultType="1" if failed else "0") for user, at, failed in records]
    assert told(window, sent, seed, end=HOUR) == expected


def follows(seen: list[tuple[int, Any]], steps: str, within: int) -> bool:
    times = [[time for time, value in seen if value == step] for step in steps]
    return any(
        list(chosen) == sorted(set(chosen)) and chosen[-1] - chosen[0] <= within for chosen in product(*times)
    )


tens = st.integers(0, 240).map(lambda n: n * 10)


@few
@given(drawn(tens, st.sampled_from("ABC"), most=30), seeds)
def test_sequence(records: Drawn, seed: int) -> None:
    window = sequence([probe(operation=step) for step in "ABC"], by="actor_username", within="10m")
    expected = {user for user, seen in by_user(records).items() if follows(seen, "ABC", 600)}
    sent = [by(user, at, operationName=step) for user, at, step in records]
    assert told(window, sent, seed, end=2500) == expected


@few
@given(drawn(tens, st.sampled_from("AB"), most=12), seeds)
def test_sequence_with_an_absence(records: Drawn, seed: int) -> None:
    window = sequence(
        [probe(operation="A")], without=probe(operation="B"), by="actor_username", within="10m", late="5m"
    )
    expected = {
        user
        for user, seen in by_user(records).items()
        if any(
            value == "A" and not any(other == "B" and 0 <= at - time <= 600 for at, other in seen)
            for time, value in seen
        )
    }
    sent = [by(user, at, operationName=step) for user, at, step in records]
    assert told(window, sent, seed, end=2 * HOUR) == expected


@few
@given(
    drawn(st.integers(0, DAY), st.integers(0, 3), most=12),
    drawn(st.integers(9 * DAY, 12 * DAY), st.integers(0, 6), most=12),
    seeds,
)
def test_first_seen(early: Drawn, late: Drawn, seed: int) -> None:
    window = first_seen(of="app_name", by="actor_username", learn="7d")
    known, later = by_user(early), by_user(late)
    expected = {
        user for user in known if {app for _, app in later.get(user, ())} - {app for _, app in known[user]}
    }
    for user in (
        later.keys() - known.keys()
    ):  # learnt from its first record on, in days 9 to 12: nothing is new
        assert user not in expected
    sent = [by(user, at, properties={"app": f"App {app}"}) for user, at, app in [*early, *late]]
    assert (
        told(window, sent[len(early) :], seed, before=sent[: len(early)], now=12 * DAY, end=13 * DAY)
        == expected
    )


CITIES = {"Berlin": (52.5, 13.4), "Potsdam": (52.4, 13.1), "Madrid": (40.4, -3.7), "Tokyo": (35.7, 139.7)}


def kilometres(here: str, there: str) -> float:
    """By the law of cosines on a sphere."""
    (a, b), (c, d) = ((math.radians(x) for x in CITIES[city]) for city in (here, there))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 6371.0 * math.acos(min(1.0, cosine))


@few
@given(drawn(st.integers(0, 40).map(lambda n: n * 1800), st.sampled_from([*CITIES]), most=12), seeds)
def test_travel(records: Drawn, seed: int) -> None:
    window = travel(by="actor_username", threshold=1000, distance=500, period="24h")
    expected = set()
    for user, seen in by_user(records).items():
        for (time, here), (at, there) in product(seen, seen):
            way, hours = kilometres(here, there), (at - time) / HOUR
            if way >= 500 and hours >= 0:
                assume(hours == 0 or abs(way / hours - 1000) > 20)  # close calls are about rounding
                if way > 1000 * hours:
                    expected.add(user)
    sent = [
        by(user, at, properties={"at": dict(zip(("latitude", "longitude"), CITIES[city], strict=True))})
        for user, at, city in records
    ]
    assert told(window, sent, seed, end=DAY) == expected


def rare(expected: float, amount: int) -> bool:
    """A Poisson variable with this mean gets to `amount` less than once in a million times."""
    return 1 - math.fsum(math.exp(-expected) * expected**n / math.factorial(n) for n in range(amount)) < 1e-6


@few
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 45), seeds)
def test_rate(past: list[int], now: int, seed: int) -> None:
    """Three weeks, of which only the hours that are compared have records."""
    window = rate(by="actor_username", threshold=12, deviations=6.0, history="14d")
    compared = [hour for week in (2, 1, 0) for hour in (week * 168, week * 168 + 1, week * 168 + 2)]
    usual = dict(zip(compared, past, strict=True))
    before = [by("ann", -HOUR), *(by("ann", h * HOUR + n) for h in sorted(usual) for n in range(usual[h]))]
    expected = float(median(past))
    spread = 1.4826 * float(median(abs(found - expected) for found in past))
    far = now >= 12 and now >= expected + 6 * spread and rare(max(expected, 0.5), now)
    assume(abs(now - expected - 6 * spread) > 1e-6)
    hour = (3 * 168 + 1) * HOUR
    found = told(
        window, [by("ann", hour + n) for n in range(now)], seed, before=before, now=hour, end=hour + 2 * HOUR
    )
    assert found == ({"ann"} if far else set())
