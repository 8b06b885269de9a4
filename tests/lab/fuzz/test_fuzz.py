"""A short run of `make fuzz`, the same every time, and the same promises for what hypothesis thinks of."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lab.fuzz.cases import Case, beside_good, case_of
from lab.fuzz.damage import is_closed
from lab.fuzz.envelopes import FORMS, Form, anything
from lab.fuzz.seeds import read_seeds
from lab.fuzz.worker import Share
from shared.events.registry import registry
from tests.events.reading import decoder

SEED = "suite"
CHEAP = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@functools.cache
def share() -> Share:
    return Share(SEED)


def told_of(share: Share) -> list[Any]:
    """What did not hold; a machine that is busy with other tests may be slow for once."""
    return [
        (finding.index, finding.kind, finding.failure, finding.smallest[:2_000])
        for finding in share.told.findings
        if finding.failure.oracle != "slow"
    ]


def test_some_thousand_hostile_bodies_break_nothing() -> None:
    told = share().run(3_000)
    assert told.bodies == 3_000
    assert told.asked["good records"] > 1_500
    assert told.asked["fast compared"] > 300
    assert told_of(share()) == []


def test_a_body_is_named_by_its_seed_and_number() -> None:
    again = Share(SEED)
    for index in range(0, 300, 7):
        assert case_of(SEED, index, share().material).body == case_of(SEED, index, again.material).body


def test_every_source_has_a_record_in_the_seed_corpus() -> None:
    sources = set()
    seeds = read_seeds()
    for text in (*seeds.records, *seeds.texts):
        sources |= {one.source.id for one in decoder().decode_slow_path(text).slow}
    assert {source.id for source in registry()} <= sources


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
structural = st.lists(
    st.sampled_from(
        [
            *("{", "}", "[", "]", '"', "'", ",", ":", "\\", "\n", "\0", " ", "null", "1e999", "\\ud800", "é"),
            *(
                '"records":[',
                '{"a":1}',
                "{'a':'b'}",
                ':"{"a":1}"',
                '"category":"AuditLogs"',
                '"time":"2026-02-04"',
            ),
        ]
    ),
    max_size=40,
).map("".join)
bodies = st.one_of(
    st.binary(max_size=300),
    structural.map(str.encode),
    json_values.map(lambda value: json.dumps({"records": value}).encode()),
)


def fails(case: Case) -> list[Any]:
    """What does not hold for a body, by itself and in a batch beside a good one."""
    judge = share().judge
    decoded, failures = judge.body(case, compared=True)
    failures += judge.batch([case], [decoded], 0, collect=True)
    return [failure for failure in failures if failure.oracle != "slow"]


@CHEAP
@given(bodies)
@example(b"\x1f\x8b")
@example(b"[" * 20_000)
@example(b'{"records":["' + b"\\ud800" * 300 + b'"]}')
def test_no_body_raises_or_costs_its_neighbour_anything(body: bytes) -> None:
    assert fails(Case(0, "hypothesis", body, bytes)) == []


def odd_records(form: Form) -> st.SearchStrategy[bytes]:
    """What may stand between two good records in this form."""
    if form.keeps is anything:
        return bodies
    closed = structural.map(lambda text: b"{" + text.encode() + b"}").filter(is_closed)
    return st.one_of(json_values.map(lambda value: json.dumps({"a": value}).encode()), closed)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(CHEAP, max_examples=25)
@given(data=st.data())
def test_good_records_are_read_whatever_stands_between_them(form: Form, data: st.DataObject) -> None:
    core = data.draw(odd_records(form))
    good = share().material.good
    first = data.draw(st.integers(0, len(good) - 2))
    case = beside_good(0, core, form, good[first : first + 2], ("", bytes))
    assert fails(case) == []
