"""The report of a run fails when an alert is lost or doubled, a count is off, or too little was broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from lab.chaos.hub import Told
from lab.chaos.oracle import Outcome
from lab.chaos.report import verdict_of
from lab.chaos.run import Result, Size

SIZE = Size(kills=3, handovers=1)


def outcome() -> Outcome:
    return Outcome(
        records=10,
        alerts=Counter({("a", "one"): 1, ("a", "two"): 1}),
        windows=Counter({("a", "key", 1): 6}),
        heartbeats=Counter({("app.x", 5): 10}),
        letters=Counter({("0", 7): 1}),
    )


def result() -> Result:
    return Result(
        "1",
        SIZE,
        Told(batches=5, handovers=1, delivered=14),
        outcome(),
        outcome(),
        Counter({"before": 3}),
        Counter({"storage: 503": 2}),
        1.0,
        Counter({"u1": 1, "u2": 1}),
        frozenset({"u1", "u2"}),
        0,
        7,
    )


def test_what_is_as_expected_holds() -> None:
    assert verdict_of("A run", result()).held


@pytest.mark.parametrize("part", ["alerts", "windows", "heartbeats", "letters"])
@pytest.mark.parametrize("more", [1, -1])
def test_one_too_many_or_too_few_does_not_hold(part: str, more: int) -> None:
    found = outcome()
    counter: Counter[object] = getattr(found, part)
    counter[next(iter(counter))] += more
    assert part in verdict_of("A run", replace(result(), found=found)).problems[0]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (replace(result(), kills=Counter({"before": 2})), "only 2 of 3 kills"),
        (replace(result(), ledger=Counter({"u1": 1})), "1 did not arrive"),
        (replace(result(), pending=4), "4 alerts are still pending"),
        (replace(result(), told=Told(handovers=1, errors=["collect raised KeyError"])), "KeyError"),
        (
            replace(result(), size=replace(SIZE, on_file=True), ledger=Counter({"u1": 2, "u2": 1})),
            "more than once",
        ),
    ],
)
def test_what_was_not_reached_does_not_hold(changed: Result, problem: str) -> None:
    assert any(problem in one for one in verdict_of("A run", changed).problems)
