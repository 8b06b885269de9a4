"""What the simulator says, as text: what became of the faults, and which sources alerted for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from lab.drift.score import Outcome, Score
from shared.heartbeat.judgement.finding_text import span

MOST_FALSE = 0.1
"""False alerts a source and month."""
LEAST_FOUND = 0.98


@dataclass(frozen=True)
class Target:
    """Something that must hold. missed: what did not, in words."""

    text: str
    missed: tuple[str, ...]


def outcomes_of(scores: Sequence[Score]) -> list[Outcome]:
    """What became of all faults."""
    return [outcome for one in scores for outcome in one.outcomes]


def false_a_month(scores: Sequence[Score]) -> float:
    """False alerts a source and month."""
    return sum(len(one.false) for one in scores) / sum(one.months for one in scores)


def targets(scores: Sequence[Score]) -> list[Target]:
    """What judgement must reach, and where it does not."""
    outcomes = outcomes_of(scores)
    found = sum(outcome.after is not None for outcome in outcomes) / len(outcomes)
    a_month = false_a_month(scores)
    special = [
        f"{one.kind}: {alert.finding} on day {alert.day:.1f}"
        for one in scores
        if one.regular
        for alert in one.false
        if alert.special
    ]
    return [
        Target(
            "an outage of a regular source is found within 15 minutes, or three of its usual pauses",
            _late(outcomes, "outage"),
        ),
        Target("a drop to 30 % in office hours is found within 2 hours", _late(outcomes, "drop")),
        Target(
            "an outage of a sparse source is found within two of its longest usual pauses",
            _late(outcomes, "sparse outage"),
        ),
        Target(
            f"at least {LEAST_FOUND:.0%} of the faults are found",
            () if found >= LEAST_FOUND else (f"{found:.1%}",),
        ),
        Target(
            f"at most {MOST_FALSE} false alerts a source and month",
            () if a_month <= MOST_FALSE else (f"{a_month:.2f}",),
        ),
        Target(
            "no false alert of a regular source on weekends, holidays or around a change of the clocks",
            tuple(special),
        ),
    ]


def _late(outcomes: Sequence[Outcome], fault: str) -> tuple[str, ...]:
    return tuple(
        f"{outcome.kind}: {_span(outcome.after)} instead of {_span(outcome.allowed)}"
        for outcome in outcomes
        if outcome.fault.name == fault and not outcome.in_time
    )


def tables(scores: Sequence[Score]) -> Iterator[str]:
    """The lines of both tables, in Markdown."""
    outcomes = outcomes_of(scores)
    yield "| fault | number | found | in time | after: median | at most |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name in dict.fromkeys(sorted(outcome.fault.name for outcome in outcomes)):
        yield _row(name, [outcome for outcome in outcomes if outcome.fault.name == name])
    yield _row("all", outcomes)
    yield ""
    yield "| source | sources | false alerts | a month | of them on special days | remembers |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    kinds = dict.fromkeys(one.kind for one in scores)
    for kind in kinds:
        yield _source_row(kind, [one for one in scores if one.kind == kind])
    yield _source_row("all", scores)


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    after = [outcome.after for outcome in outcomes if outcome.after is not None]
    in_time = sum(outcome.in_time for outcome in outcomes)
    middle, most = (_span(median(after)), _span(max(after))) if after else ("", "")
    return f"| {name} | {len(outcomes)} | {len(after)} | {in_time} | {middle} | {most} |"


def _source_row(name: str, scores: Sequence[Score]) -> str:
    false = [alert for one in scores for alert in one.false]
    special = sum(alert.special for alert in false)
    largest = max(one.largest for one in scores)
    size = f"{largest:,} bytes" if largest else ""
    return f"| {name} | {len(scores)} | {len(false)} | {false_a_month(scores):.2f} | {special} | {size} |"


def _span(seconds: float | None) -> str:
    return "never" if seconds is None else span(seconds)
