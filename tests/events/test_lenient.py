"""Text that is almost JSON."""

from __future__ import annotations

import json
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.lenient_json import completed, double_quoted, dump, loads_lenient, whole_characters


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("  [1, 2]", [1, 2]),
        ("{'appName':'shop','levelId':2}", {"appName": "shop", "levelId": 2}),
        ("{'a': None, 'b': True, 'c': False}", {"a": None, "b": True, "c": False}),
        ("{'m':'Executed 'Functions.x' (Id=1)','n':1}", {"m": "Executed 'Functions.x' (Id=1)", "n": 1}),
        ("{'m':'it\\'s','q':'say \"hi\"'}", {"m": "it's", "q": 'say "hi"'}),
        ("{'path':'C:\\Windows'}", {"path": "C:\\Windows"}),
        ("{'mixed':\"it's fine\",'list':['a','b']}", {"mixed": "it's fine", "list": ["a", "b"]}),
        ('{"text": "None, True, it\'s"}', {"text": "None, True, it's"}),
        ('{"raw": "a\tb\nc"}', {"raw": "a\tb\nc"}),
        ('{"half": "\\ud800x", "pair": "\\ud83d\\ude00"}', {"half": "\ufffdx", "pair": "\U0001f600"}),
        ('{"id": 123456789012345678}', {"id": 123456789012345678}),
        ('{"id": "x\t", "n": 123456789012345678901234}', {"id": "x\t", "n": 123456789012345678901234.0}),
        ('{"a": 1, "b": {"c": [1, 2, {"d": "cut', {"a": 1, "b": {"c": [1, 2]}}),
    ],
)
def test_it_is_read_as_it_was_meant(text: str, value: object) -> None:
    assert loads_lenient(text) == value


@pytest.mark.parametrize(
    "text", ["", "plain", "[2026-01-01] started", "{0} and {1}, x", "{", "[", "{'", "{]", "[1,"]
)
def test_what_is_no_object_gives_none(text: str) -> None:
    assert loads_lenient(text) is None


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12) | st.integers(-(2**53), 2**53), max_size=6))
def test_double_quoted_json_is_left_as_it_is(value: dict[str, object]) -> None:
    text = json.dumps(value)
    assert double_quoted(text) == text


@given(st.text(alphabet="{}[]'\",:\\ a1\n", max_size=200))
def test_no_text_raises(text: str) -> None:
    loads_lenient("{" + text)
    loads_lenient("[" + text)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5), st.integers() | st.text(max_size=5), min_size=1, max_size=5
    ),
    st.data(),
)
def test_a_cut_object_keeps_only_fields_it_had(value: dict[str, object], data: st.DataObject) -> None:
    whole = (
        orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode() if _fits(value) else "{}"
    )
    cut = completed(whole[: data.draw(st.integers(0, len(whole)))])
    assert cut is None or cut.items() <= value.items()


def _fits(value: dict[str, object]) -> bool:
    return all(not isinstance(item, int) or -(2**63) <= item < 2**64 for item in value.values())


@pytest.mark.parametrize("value", [{"a": 2**70}, {"a": "\ud800"}, {"a": float("nan")}, {1: 2}])
def test_every_value_can_be_written(value: object) -> None:
    assert dump(value).startswith(b"{")


def test_a_deeply_nested_value_can_be_written() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    assert dump(value)


HOSTILE = {
    "quotes": "{" + "'" * 1_000_000,
    "open quotes": "{" + "'a" * 60_000,
    "escaped quotes": '{"' + '\\"' * 60_000,
    "braces": "{" * 128_000,
    "commas": "{" + "," * 128_000,
    "backslashes": "{'" + "\\" * 127_000,
    "nesting": '{"a":' * 25_000,
    "digits": '{"a": ' + "9" * 100_000 + "}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_is_linear_in_the_text(name: str) -> None:
    started = time.process_time()
    loads_lenient(HOSTILE[name])
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (r'"BBud83dBBude00"', r'"BBud83dBBude00"'),  # text of a string inside this one: its reader sees to it
        (r'"Bud800"', r'"Bufffd"'),
        (r'"BBBud83d"', r'"BBBufffd"'),
        (r'"Bud83dBude00Bud83d"', r'"Bud83dBude00Bufffd"'),
        (r'"Bude00Bud83d"', r'"BufffdBufffd"'),
    ],
)
def test_halves_of_pairs_are_replaced_where_they_are_escapes(text: str, whole: str) -> None:
    assert whole_characters(text.replace("B", "\\")) == whole.replace("B", "\\")
