"""The indexed dispatch says what a naive reading of every condition says, and stays within bounds."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.detection import absent, contains, prefix, present, suffix
from shared.detection.detector import Detector
from shared.detection.dispatch._columns import MOST_REMEMBERED, any_of_pattern
from shared.detection.dispatch._index import MOST_COMBINATIONS, Plan, Rules
from shared.detection.windows.window import count
from shared.events.event import Event
from shared.events.message import Origin
from shared.events.reading.decoder import Decoder, Group, SlowRecord
from shared.events.source_definition import Selection
from tests.detection.generated import records, selections, small
from tests.detection.probe import START, detector_of, probe, record, registry


def naive(detectors: Sequence[Detector], event: Event) -> set[str]:
    """Every condition of every detector asked one by one, of a record that was read on the slow path."""
    return {
        detector.id
        for detector in detectors
        if any(
            all(clause.holds(event.folded(clause.field)) for clause in selection.clauses)
            for selection in detector.on
        )
    }


def ids(rules: Rules) -> set[str]:
    return {rule.detector.id for rule in rules}


def compiled(
    detectors: Sequence[Detector],
) -> tuple[Plan, Decoder, Callable[[Sequence[Any]], list[Rules | None]]]:
    plan = Plan(probe, [(one, selection.clauses, 0) for one in detectors for selection in one.on])
    decoder = Decoder(registry(), {probe.id: plan.asked})
    return plan, decoder, plan.bind(decoder.head_decoders[probe.id])


def seen(read: SlowRecord) -> Event:
    return Event(probe, lambda: read.record, Origin("hub", "0", 0, read.index, START))


def seen_by_head(group: Group, position: int) -> Event:
    index = group.indexes[position]
    origin = Origin("hub", "0", 0, index, START)
    return Event(probe, lambda: group.load(index), origin, None, group.heads[position], group.head_decoder)


@given(
    st.lists(selections, min_size=1, max_size=6),
    st.lists(st.lists(records, min_size=1, max_size=4), min_size=1, max_size=4),
)
@example(
    [probe(actor_username=present(), actor_user_id=absent())],
    [[{"category": "ProbeLogs", "identity": "{}"}]],
)
@example(
    [probe(where={"properties.targets.1": "Alice"})],
    [[{"category": "ProbeLogs", "properties": '{"targets":[{},"Alice"]}'}]],
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_heads_and_careful_reading_and_a_naive_reading_name_the_same_detectors(
    asked: list[Selection], bodies: list[list[dict[str, Any]]]
) -> None:
    windowed = count(by="actor_username", threshold=2, period="1m")
    detectors = [
        detector_of(str(number), selection, window=windowed if number % 3 == 0 else None)
        for number, selection in enumerate(asked)
    ]
    plan, decoder, match = compiled(detectors)
    for content in bodies:  # one after the other: what was remembered of one must not colour the next
        body = orjson.dumps({"records": small(content)})
        decoded, slow = decoder.decode(body), decoder.decode_slow_path(body).slow
        expected = {read.index: naive(detectors, seen(read)) for read in slow}
        for read in [*slow, *decoded.slow]:
            assert ids(plan.match_event(seen(read))) == expected[read.index], read.record
        for group in decoded.groups:
            for position, rules in enumerate(match(group.heads)):
                index, event = group.indexes[position], seen_by_head(group, position)
                named = ids(plan.match_event(event)) if rules is None else ids(rules)
                assert named == expected[index], group.load(index)
                assert naive(detectors, event) == expected[index], "the event read from its head differs"


def test_most_plain_records_are_matched_by_their_heads_alone() -> None:
    detectors = [
        detector_of("one", probe(operation="Sign in", where={"properties.targets.0.name": "Payroll"}))
    ]
    _, decoder, match = compiled(detectors)
    body = orjson.dumps({"records": [record(properties={"targets": [{"name": "payroll"}]}), record()]})
    (group,) = decoder.decode(body).groups
    assert [None if rules is None else ids(rules) for rules in match(group.heads)] == [{"tests.one"}, set()]


@pytest.mark.parametrize(("first", "then"), [(1, True), (True, 1), (0, False), (False, 0)])
def test_true_is_never_taken_for_a_one_that_was_seen_before(first: Any, then: Any) -> None:
    detectors = [
        detector_of("number", probe(where={"properties.app": [0, 1]})),
        detector_of("truth", probe(where={"properties.app": [True, False]})),
    ]
    _, decoder, match = compiled(detectors)
    for value in (first, then, first):
        (group,) = decoder.decode(orjson.dumps([record(properties={"app": value})])).groups
        (rules,) = match(group.heads)
        assert rules is not None
        assert ids(rules) == {"tests.truth" if isinstance(value, bool) else "tests.number"}


def test_a_number_is_the_same_with_and_without_a_fraction_of_zero() -> None:
    detectors = [detector_of("code", probe(where={"properties.status.errorCode": 50126}))]
    _, decoder, match = compiled(detectors)
    for text in (b"50126", b"50126.0", b"5.0126e4", b'"50126"'):
        body = b'[{"category":"ProbeLogs","properties":{"status":{"errorCode":%s}}}]' % text
        (group,) = decoder.decode(body).groups
        (rules,) = match(group.heads)
        assert rules is not None
        assert ids(rules) == {"tests.code"}, text


def test_a_hundred_thousand_values_leave_memory_within_bounds() -> None:
    parts = [f"part{number:02d}" for number in range(40)]
    detectors = [detector_of(part, probe(where={"properties.app": contains(part)})) for part in parts]
    detectors += [detector_of("user", probe(actor_username=suffix("@example.com"), app_name=present()))]
    plan, decoder, match = compiled(detectors)
    rng = random.Random(1)
    for _ in range(20):
        content = [
            record(
                properties={
                    "app": "-".join(rng.sample(parts, 6)),
                    "user": {"upn": f"{rng.random()}" + "x" * (3000 if n % 100 == 0 else 0)},
                }
            )
            for n in range(5_000)
        ]
        (group,) = decoder.decode(orjson.dumps(content)).groups
        match(group.heads)
    for column in plan._columns:
        assert len(column._remembered) <= MOST_REMEMBERED
        assert len(column._pool) <= MOST_REMEMBERED
        texts = (value for raw in column._remembered for value in (raw if isinstance(raw, tuple) else (raw,)))
        assert all(len(text) <= 512 for text in texts if isinstance(text, str))
    assert len(plan._combinations) <= MOST_COMBINATIONS


def calls_to_match(number: int) -> int:
    """Python and C calls for a body of records that none of `number` detectors asks for, after one such body."""
    detectors = [
        detector_of(str(n), selection)
        for n in range(number)
        for selection in (
            probe(operation=f"Operation {n}", actor_username=prefix(f"user{n}@")),
            probe(where={"properties.app": f"App {n}"}),
        )
    ]
    _, decoder, match = compiled(detectors)
    (group,) = decoder.decode(orjson.dumps([record(n) for n in range(100)])).groups
    assert match(group.heads) == [()] * 100
    calls = 0

    def counted(_frame: FrameType, kind: str, _argument: object) -> None:
        nonlocal calls
        calls += kind in ("call", "c_call")

    sys.setprofile(counted)
    try:
        match(group.heads)
    finally:
        sys.setprofile(None)
    return calls


def test_a_record_that_nobody_asks_for_costs_the_same_with_ten_and_with_a_thousand_detectors() -> None:
    assert calls_to_match(500) == calls_to_match(5)


def test_a_thousand_prefixes_are_looked_up_by_length_and_not_one_by_one() -> None:
    detectors = [detector_of(str(n), probe(actor_username=prefix(f"user{n:04d}"))) for n in range(1000)]
    plan, _, _ = compiled(detectors)
    (column,) = plan._columns
    assert {length: len(needles) for length, needles in column._prefixes.items()} == {8: 1000}
    assert len(column.satisfied("user0123@example.com")) == 1


@given(
    st.lists(st.text(alphabet="ab.*\\[|(", min_size=1, max_size=4), min_size=1, max_size=6),
    st.text(alphabet="ab.*\\[|(\n", max_size=8),
)
def test_the_pattern_of_substrings_finds_a_text_exactly_where_one_of_them_stands(
    needles: list[str], text: str
) -> None:
    found = re.compile(any_of_pattern(needles), re.DOTALL).search(text) is not None
    assert found == any(needle in text for needle in needles)
