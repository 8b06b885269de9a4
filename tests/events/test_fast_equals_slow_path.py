"""The fast path to decode a body is an optimisation: what it gives is what the slow path gives.

Records of every source are generated from its own declarations: each declared path present or not, null, of another
type, nested in text; alone, in lists and envelopes, of one source or of several.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.paths import split_path
from shared.events.reading.decoder import Decoded, Decoder
from shared.events.registry import registry
from shared.events.source_definition import Field, Source
from tests.events.reading import lower_keys, of_decoded

FAST = [source for source in registry() if source.categories and source.expand is None]
OTHERS = [source for source in registry() if source.id in {"aws.cloudtrail", "app"}]

scalars = st.one_of(
    st.sampled_from(
        [
            "ann@example.com",
            "192.0.2.1:443",
            "Success",
            "Failure",
            "0",
            "50126",
            "2026-02-04T07:45:44Z",
            "-",
            "",
            " x ",
        ]
    ),
    st.sampled_from(["2/4/2026 7:45:44 AM", "é\u202f\U0001f600", 'a"quote', "it's", "{", "[1", "<null>"]),
    st.none(),
    st.booleans(),
    st.integers(0, 600),
    st.just(123456789012345678),
    st.just(1.5),
)
values = st.one_of(
    scalars,
    scalars,
    scalars,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from(["value", "name", "id", "code"]), scalars, max_size=2),
)


@cache
def asking_for_everything() -> Decoder:
    """A decoder whose heads hold whatever the fields of every source depend on."""
    asked = {
        source.id: [
            path for field in source.fields.values() if isinstance(field, Field) for path in field.raw_paths
        ]
        for source in registry()
    }
    return Decoder(registry(), asked)


@cache
def asking_for_nothing() -> Decoder:
    return Decoder(registry(), {})


def plant(record: dict[str, Any], path: str, value: Any) -> None:
    """Puts `value` at `path`, where nothing else stands in the way."""
    parts = split_path(path)
    at: Any = record
    for part, following in zip(parts, (*parts[1:], ""), strict=True):
        new: Any = value if not following else ([] if following.isdigit() else {})
        if isinstance(at, list):
            if not part.isdigit() or int(part) > len(at):
                return
            if int(part) == len(at):
                at.append(new)
            at = at[int(part)]
        elif isinstance(at, dict):
            at = at.setdefault(part, new)
        else:
            return


@st.composite
def records(draw: st.DrawFn, source: Source) -> dict[str, Any]:
    """A record of `source`, its declared paths filled with whatever may stand there."""
    record: dict[str, Any] = {}
    if draw(st.integers(0, 9)):
        record["category"] = draw(st.sampled_from(source.categories)) if source.categories else None
    if source.head_contains and draw(st.integers(0, 9)):
        path, needle = source.head_contains
        plant(record, path, f"/x/{needle}/y".upper())
    paths = sorted(
        {path for field in source.fields.values() if isinstance(field, Field) for path in field.raw_paths}
        | set(source.times)
    )
    for path in draw(st.lists(st.sampled_from(paths), unique=True, max_size=14)):
        plant(record, path, draw(values))
    if source.id == "aws.cloudtrail":
        record |= {"eventSource": "iam.amazonaws.com", "eventName": "CreateUser"}
    if source.id == "app":
        record |= {"schema": "telltale.app/1", "app": draw(st.sampled_from(["shop", "pay", 5, None]))}
    for name in list(record):
        if isinstance(record[name], dict | list) and draw(st.integers(0, 5)) == 0:
            text = json.dumps(record[name])
            quoted = text.replace("'", "").replace('\\"', "").replace('"', "'")
            record[name] = draw(st.sampled_from([text, quoted, text[:-1]]))
    if source.categories and draw(st.integers(0, 7)) == 0:
        record = {**lower_keys(record), "operationname": draw(scalars)}
    return dict(draw(st.permutations(list(record.items()))))


@st.composite
def bodies(draw: st.DrawFn, sources: list[Source]) -> bytes:
    """Some records in one of the usual layouts."""
    found = [draw(records(draw(st.sampled_from(sources)))) for _ in range(draw(st.integers(1, 3)))]
    layout = draw(st.sampled_from(["records", "records", "Records", "list", "lone"]))
    content: Any = {
        "records": {"records": found},
        "Records": {"Records": found},
        "list": found,
        "lone": found[0],
    }[layout]
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    return json.dumps(content, separators=separators, ensure_ascii=draw(st.booleans())).encode()


def meaning(decoded: Decoded, *, with_heads: bool) -> tuple[list[Any], list[str]]:
    events, problems = of_decoded(decoded, with_heads=with_heads)
    read = [
        (event.source, event.category, event.time, event.time_from, event.normalised()) for event in events
    ]
    return read, sorted(problem.reason for problem in problems)


def assert_same(decoder: Decoder, body: bytes, *, with_heads: bool) -> None:
    fast = meaning(decoder.decode(body), with_heads=with_heads)
    assert fast == meaning(decoder.decode_slow_path(body), with_heads=False)


CHEAP = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("source", [*FAST, *OTHERS], ids=lambda source: source.id)
@CHEAP
@given(data=st.data())
def test_a_source_reads_the_same_the_fast_path(source: Source, data: st.DataObject) -> None:
    assert_same(asking_for_nothing(), data.draw(bodies([source])), with_heads=False)


@pytest.mark.parametrize("source", [*FAST, *OTHERS], ids=lambda source: source.id)
@CHEAP
@given(data=st.data())
def test_a_source_reads_the_same_from_heads(source: Source, data: st.DataObject) -> None:
    assert_same(asking_for_everything(), data.draw(bodies([source])), with_heads=True)


@settings(CHEAP, max_examples=150)
@given(bodies(list(registry())))
def test_an_envelope_of_several_sources_reads_the_same(body: bytes) -> None:
    assert_same(asking_for_nothing(), body, with_heads=False)
    assert_same(asking_for_everything(), body, with_heads=True)
