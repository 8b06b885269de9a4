"""Bodies that are no valid JSON: what can be read of them is read, what cannot is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.reading._salvage import Effort, salvage
from tests.events.reading import read

RECORD: dict[str, Any] = {
    "time": "2026-02-04T07:45:44Z",
    "category": "Administrative",
    "operationName": "MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE",
    "resourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Storage/x",
    "properties": {
        "statusCode": "OK",
        "list": [{"a": 1}, {"b": 2}],
        "text": 'a "quoted" word, {brackets} [too]',
    },
}


def named(name: str) -> dict[str, Any]:
    return {**RECORD, "correlationId": name}


def operations(body: str | bytes) -> list[Any]:
    events, _ = read(body if isinstance(body, bytes) else body.encode())
    return [event.correlation_id for event in events]


def text_of(name: str) -> str:
    return json.dumps(named(name))


FIRST, SECOND, THIRD = text_of("first"), text_of("second"), text_of("third")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(FIRST + SECOND + THIRD, ["first", "second", "third"], id="documents in a row"),
        pytest.param("\n".join((FIRST, SECOND, THIRD)), ["first", "second", "third"], id="lines"),
        pytest.param("\r\n".join((FIRST, SECOND, "")), ["first", "second"], id="lines of Windows"),
        pytest.param(
            f'{{"records":[{FIRST}]}}{{"records":[{SECOND}]}}', ["first", "second"], id="two envelopes"
        ),
        pytest.param(f'{{"records":[{FIRST}]}}garbage', ["first"], id="garbage at the end"),
        pytest.param(f'{{"records":[{FIRST},{SECOND}]}}\0\0\0', ["first", "second"], id="zeros at the end"),
        pytest.param(
            f'{{"records":[{FIRST},{SECOND},]}}', ["first", "second"], id="comma after the last record"
        ),
        pytest.param(f'{{"records":[{FIRST} {SECOND}]}}', ["first", "second"], id="comma missing"),
        pytest.param(f'{{"records":[{FIRST},{SECOND}', ["first", "second"], id="envelope never closed"),
        pytest.param(f"<134>1 host app: {FIRST}", ["first"], id="prefix of syslog"),
        pytest.param(
            f'{{"records":[{FIRST},nonsense,{SECOND}]}}', ["first", "second"], id="text between records"
        ),
    ],
)
def test_every_whole_record_is_read(body: str, found: list[str]) -> None:
    assert operations(body) == found


@pytest.mark.parametrize("kept", [0.35, 0.6, 0.8, 0.97])
def test_a_record_that_was_cut_gives_the_fields_it_still_has(kept: float) -> None:
    cut = json.dumps({**named("second"), "properties": {**RECORD["properties"], "long": "x" * 500}})
    cut = cut[: int(len(cut) * kept)]
    events, problems = read(f'{{"records":[{FIRST},{cut}'.encode())
    assert events[0].correlation_id == "first"
    assert events[1].operation == RECORD["operationName"]
    assert events[1].salvaged == "record was cut; its end is missing"
    assert not problems


def test_a_record_cut_in_the_middle_of_a_batch_costs_no_other_record() -> None:
    cut = text_of("second")[:230]
    events, problems = read(f'{{"records":[{FIRST},{cut},{THIRD}]}}'.encode())
    assert [event.correlation_id for event in events] == ["first", None, "third"]
    assert events[1].time_from == "record"
    assert not problems


@pytest.mark.parametrize("inner", ['{"Id":"x"}', '{"Id":"x","n":{"a":[1,{"b":"c"}]}}', '[{"Id":"x"}]'])
def test_an_object_that_was_not_escaped_inside_a_string_is_read(inner: str) -> None:
    broken = SECOND.replace('"statusCode": "OK"', f'"requestbody":"{inner}","statusCode": "OK"')
    events, problems = read(f'{{"records":[{FIRST},{broken},{THIRD}]}}'.encode())
    assert [event.correlation_id for event in events] == ["first", "second", "third"]
    assert events[1].get("properties.requestbody") == inner
    assert events[1].salvaged == "unescaped object inside a string"
    assert not problems


def test_an_unescaped_object_that_was_cut_keeps_what_stood_before_it() -> None:
    broken = SECOND[: SECOND.index('"statusCode"')] + '"requestbody":"{"Id":"x","na'
    events, problems = read(f'{{"records":[{FIRST},{broken}'.encode())
    assert [event.operation for event in events] == [RECORD["operationName"]] * 2
    assert not problems


def test_a_bare_object_in_single_quotes_is_read() -> None:
    log = {"time": "2026-02-04T07:45:44Z", "category": "FunctionAppLogs", "operationName": "log"}
    bare = (
        json.dumps(log)[:-1]
        + ",\"properties\":{'appName':'shop','message':'it's [ok] {really}','levelId':2}}"
    )
    events, problems = read(f'{{"records":[{FIRST},{bare},{bare},{THIRD}]}}'.encode())
    assert [event.source for event in events] == [
        "azure.activity",
        "azure.functions",
        "azure.functions",
        "azure.activity",
    ]
    assert events[1].app_name == "shop"
    assert events[1].message == "it's [ok] {really}"
    assert events[1].salvaged == "single quotes read as double quotes"
    assert not problems


def test_many_broken_records_are_all_read() -> None:
    bare = "{'time':'2026-02-04T07:45:44Z','category':'FunctionAppLogs','properties':{'appName':'%s'}}"
    body = '{"records":[' + ",".join(bare % ("x" * 400) for _ in range(200)) + "]}"
    events, problems = read(body.encode())
    assert len(events) == 200
    assert not problems


def test_what_cannot_be_repaired_is_told_with_its_bytes_and_costs_no_other_record() -> None:
    broken = '{"time":"2026","category":::,"x":!!}'
    events, problems = read(f'{{"records":[{FIRST},{broken},{THIRD}]}}'.encode())
    assert [event.correlation_id for event in events if event.correlation_id] == ["first", "third"]
    assert [problem.reason for problem in problems if broken[:20].encode() in problem.content] or events[
        1
    ].salvaged


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (b'{"records":[' + FIRST.encode().replace(b"first", b"f\xffrst") + b"]}", "invalid UTF-8 replaced"),
        (FIRST.replace("first", "f\\ud83drst").encode(), "halves of surrogate pairs replaced"),
        (FIRST.replace("first", "f\tirst").encode(), "several documents in one body"),
    ],
)
def test_characters_that_are_not_allowed_are_replaced(body: bytes, note: str) -> None:
    events, problems = read(body)
    assert [event.operation for event in events] == [RECORD["operationName"]]
    json.dumps(events[0].record).encode()
    assert events[0].salvaged in {None, note}
    assert not problems


def test_a_used_up_effort_gives_the_rest_up_with_a_reason() -> None:
    pieces = list(salvage(b'{"a":!}{"b":!}' * 100, Effort(left=300)))
    assert pieces[-1].reason == "body is broken in too many places; its rest was not read"
    assert b"".join(piece.content for piece in pieces).count(b'"b"') == 100


def test_what_follows_a_record_that_used_up_the_effort_is_still_read_where_it_is_valid() -> None:
    pieces = list(
        salvage(b'{"records":[{"a":' + b'{"b":!}' * 100 + b"}," + b'{"c":1},' * 3 + b'{"d":2}]}', Effort(300))
    )
    assert [piece.value for piece in pieces if piece.reason is None][-4:] == [{"c": 1}] * 3 + [{"d": 2}]


def test_the_reserve_for_valid_records_is_bounded() -> None:
    pieces = list(salvage(b'{"a":!}' + b'{"c":1}' * 5_000, Effort(left=1, reserve=1_000)))
    assert pieces[-1].reason == "body is broken in too many places; its rest was not read"
    assert len(pieces) < 100


parts = st.sampled_from(
    [FIRST, SECOND, '{"records":[', "]}", ",", "{", "}", "[", "]", '"', "'", "{'a':'b'}", "x", "\\", " "]
)


@given(st.lists(parts, max_size=12))
def test_no_body_raises_and_no_byte_disappears_untold(pieces: list[str]) -> None:
    body = "".join(pieces)
    events, problems = read(body.encode())
    assert events or problems


@given(st.integers(1, len(FIRST) - 1), st.sampled_from(["", '"', "}", "]", "'", "\\", ",", "{", "\0"]))
def test_one_damaged_byte_costs_at_most_its_record(place: int, replacement: str) -> None:
    damaged = SECOND[:place] + replacement + SECOND[place + 1 :]
    found = operations(f'{{"records":[{FIRST},{damaged},{THIRD}]}}')
    assert found[0] == "first"
    assert found[-1] == "third"
