"""What is explained about an event is what the event says, and every path that is named leads to the value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.event import Event
from shared.events.explain import IN_TEXT, Attempt, explain, trace
from shared.events.message import Origin
from shared.events.paths import split_path, walk
from shared.events.registry import registry
from shared.events.source_definition import Source
from tests.events.reading import ENQUEUED, lower_keys, only

LINES = Path(__file__).with_name("records.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS = [json.loads(line)["record"] for line in LINES]


def event_of(source: Source, record: dict[str, Any]) -> Event:
    return Event(source, lambda: record, Origin("logs", "0", 7, 0, ENQUEUED))


def attempts(event: Event) -> list[Attempt]:
    told = explain(event, registry())
    return [one.came_from for one in (told.time, *told.fields) if one.came_from is not None]


@pytest.mark.parametrize("spelled", [dict, lower_keys], ids=["as sent", "in lower case"])
@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_what_is_explained_is_what_the_event_says(number: int, spelled: Any) -> None:
    event = only(spelled(RECORDS[number]))
    told = explain(event, registry())
    assert {story.name: story.value for story in told.found} == event.normalised()
    assert {story.name for story in told.missing} == set(event.declaration.fields) - set(event.normalised())
    assert told.time.value == event.time
    assert told.claim is None or told.claim.source is event.declaration


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_every_place_leads_to_the_raw_value(number: int) -> None:
    event = only(RECORDS[number])
    for attempt in attempts(event):
        if attempt.path:
            assert walk(event.record, split_path(attempt.place.replace(IN_TEXT, ""))) == attempt.raw


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_paths_that_were_tried_before_gave_nothing(number: int) -> None:
    event = only(RECORDS[number])
    told = explain(event, registry())
    for story in told.fields:
        for attempt in story.tried:
            if attempt.path:
                assert walk(event.record, split_path(attempt.path)) == attempt.raw
        if story.value is None:
            assert story.came_from is None


def test_a_place_is_told_as_the_record_spells_it() -> None:
    record = {"Properties": json.dumps({"STATUS": {"a.b": [{"x": 1}]}})}
    assert trace(record, split_path("properties.status.[a.b].0.X")) == (
        1,
        "Properties(text).STATUS.[a.b].0.x",
    )
    assert trace(record, split_path("properties.status.code")) == (None, "Properties(text).STATUS")


def test_what_a_search_found_is_told_with_its_place() -> None:
    event = only(
        {
            "ts": "2026-03-01T12:00:00Z",
            "event_type": "login",
            "actor": json.dumps({"email": "ann@example.com"}),
        }
    )
    [story] = [story for story in explain(event, registry()).found if story.name == "actor_username"]
    assert story.came_from == Attempt("", "actor(text).email", "ann@example.com")


@pytest.mark.parametrize(
    ("record", "by", "value"),
    [
        ({"category": "SignInLogs", "time": "2026-03-01T12:00:00Z"}, "category", "SignInLogs"),
        (
            {"schema": "telltale.app/1", "time": "2026-03-01T12:00:00Z", "app": "a", "event": "b"},
            "key",
            "schema",
        ),
        ({"time": "2026-03-01T12:00:00Z", "event_type": "x"}, "fallback", ""),
    ],
)
def test_what_a_source_recognised_a_record_by_is_named(record: dict[str, Any], by: str, value: str) -> None:
    claim = explain(only(record), registry()).claim
    assert claim is not None
    assert (claim.by, claim.value) == (by, value)


def test_a_time_that_cannot_be_read_is_told() -> None:
    told = explain(only({"time": "soon", "category": "SignInLogs"}), registry()).time
    assert told.came_from is None
    assert told.tried[0] == Attempt("time", "time", "soon")


keys = st.sampled_from(["a", "A", "b", "0", "1", "value", "name", "a.b"])
records = st.recursive(
    st.none() | st.integers(0, 2) | st.sampled_from(["a", "b", "", "{", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=2).map(json.dumps)
    ),
    max_leaves=12,
)


@given(st.dictionaries(keys, records, max_size=4), st.lists(keys, min_size=1, max_size=4).map(tuple))
def test_trace_walks_as_every_path_is_walked(record: dict[str, Any], path: tuple[str, ...]) -> None:
    value, place = trace(record, path)
    assert value == walk(record, path)
    if value is not None:
        assert walk(record, split_path(place.replace(IN_TEXT, ""))) == value


@given(st.sampled_from(list(registry())), st.dictionaries(keys, records, max_size=4))
def test_any_record_can_be_explained(source: Source, record: dict[str, Any]) -> None:
    event = event_of(source, record)
    told = explain(event, registry())
    assert {story.name: story.value for story in told.found} == event.normalised()
