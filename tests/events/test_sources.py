"""Every source claims its records, and the normalised fields come out of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import shared.events
from shared.base.errors import DeclarationError
from shared.events.registry import FALLBACKS, Registry, registry
from shared.events.source_definition import Constant, Field, Source
from tests.events.reading import body_of, decoder, lower_keys, of_decoded, only

Case = tuple[str, dict[str, Any], dict[str, Any]]

LINES = Path(__file__).with_name("records.jsonl").read_text(encoding="utf-8").splitlines()
NESTED = ("properties", "Properties", "data", "userIdentity", "httpRequest")


def _object_in(record: dict[str, Any]) -> str:
    return next((name for name in NESTED if isinstance(record.get(name), dict)), "")


CASES: list[Case] = [(case["source"], case["record"], case["expect"]) for case in map(json.loads, LINES)]
"""Source, record, and the fields that must come out of it. Invented; addresses are those of documentation."""

IDS = [f"{number}-{case[0]}" for number, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_record_is_claimed_and_its_fields_are_read(case: Case) -> None:
    source, record, fields = case
    event = only(record)
    assert event.source == source
    assert {name: getattr(event, name) for name in fields} == fields
    assert event.operation


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_time_is_read_from_the_record(case: Case) -> None:
    event = only(case[1])
    assert event.time_from == "record"
    assert abs(event.time - datetime(2026, 2, 4, 7, 45, 44, tzinfo=UTC)).total_seconds() < 2


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_record_with_all_keys_in_lower_case_says_the_same(case: Case) -> None:
    lowered = lower_keys(case[1])
    event, plain = only(lowered), only(case[1])
    assert event.source == case[0]
    differing = {
        name: (value, event.normalised().get(name))
        for name, value in plain.normalised().items()
        if event.normalised().get(name) != value
    }
    assert not {name for name in differing if not _tells_case_apart(case[1], name)}


def _tells_case_apart(record: dict[str, Any], name: str) -> bool:
    """Pairs in lists are found by the value of their key, and errorInfo and ErrorInfo collide in lower case."""
    return "CallerInfo" in json.dumps(record) or (
        name == "event_result_details" and "ErrorInfo" in json.dumps(record)
    )


@pytest.mark.parametrize("case", [case for case in CASES if _object_in(case[1])], ids=lambda case: case[0])
def test_an_object_may_be_json_in_a_string(case: Case) -> None:
    record = dict(case[1])
    name = _object_in(record)
    plain = only(record).normalised()
    record[name] = json.dumps(record[name])
    found = only(record).normalised()
    assert {field: found.get(field) for field in plain if field != "message"} == {
        field: value for field, value in plain.items() if field != "message"
    }


def test_every_source_has_a_record_here() -> None:
    shown = {case[0].split(".shop")[0] for case in CASES} | {"azure.flow"}
    assert {source.id for source in registry()} == shown


def test_every_source_can_be_imported_by_detectors() -> None:
    offered = [value for value in vars(shared.events).values() if isinstance(value, Source)]
    assert {source.id for source in offered} == {source.id for source in registry()}
    assert {name for name in vars(shared.events) if isinstance(vars(shared.events)[name], Source)} <= set(
        shared.events.__all__
    )


@pytest.mark.parametrize("source", list(registry()), ids=lambda source: source.id)
def test_a_source_says_what_it_feeds(source: Source) -> None:
    assert source.data_components
    assert source.title
    assert {"operation", "event_result"} <= set(source.fields)
    assert source.time_paths


@pytest.mark.parametrize("source", list(registry()), ids=lambda source: source.id)
def test_fields_take_any_value_without_raising(source: Source) -> None:
    for value in (None, "", "x", 5, 1.5, True, [], [1], {}, {"value": "x"}, "{", "\ud800", "9" * 400):
        for declared in source.fields.values():
            if isinstance(declared, Field):
                declared.normalise(value)


@pytest.mark.parametrize("source", list(registry()), ids=lambda source: source.id)
def test_a_result_is_one_of_the_four_words_of_asim(source: Source) -> None:
    declared = source.fields["event_result"]
    known = {"Success", "Partial", "Failure", "NA", None}
    if isinstance(declared, Constant):
        assert declared.value in known
        return
    for value in (
        "Success",
        "Failed",
        "weird",
        "200",
        503,
        0,
        50126,
        True,
        "Started.",
        "amazonaws.com",
        "x_failure",
        "",
    ):
        assert declared.normalise(value) in known


@pytest.mark.parametrize(
    "source", [one for one in registry() if one.categories], ids=lambda source: source.id
)
def test_a_source_that_is_decoded_the_fast_path_declares_every_path(source: Source) -> None:
    for declared in source.fields.values():
        assert isinstance(declared, Constant) or len(declared.paths) == len(declared.raw_paths)


def test_two_sources_may_share_a_category_only_if_they_can_be_told_apart() -> None:
    one, other = (
        Source(id=f"test.{name}", title="x", fields={}, categories=("Same",)) for name in ("one", "other")
    )
    with pytest.raises(DeclarationError, match=r"test\.one and test\.other"):
        Registry([one, other])


def test_what_nobody_claims_falls_to_the_generic_sources_last() -> None:
    assert [source.id for source in registry().fallbacks] == list(FALLBACKS)


def test_a_mixed_envelope_is_read_whole() -> None:
    records = [case[1] for case in CASES]
    events, problems = of_decoded(decoder().decode(body_of(*records)))
    assert [event.source for event in events] == [case[0] for case in CASES]
    assert not problems
