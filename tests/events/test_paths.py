"""What a path means: `walk` is the reference for everything that reads a record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.paths import Memory, as_text, split_path, walk

UPN = "http://schemas.example.com/claims/upn"
RECORD: dict[str, Any] = {
    "operationName": {"value": "a/b/write", "localizedValue": "Write"},
    "Properties": {"StatusCode": "200", "empty": None},
    "identity": {"claims": {UPN: "ann@example.com"}, "list": [{"id": 1}, {"id": 2}]},
    "text": '{"inner": {"deep": "found"}}',
    "quoted": "{'appName':'shop','levelId':2}",
    "broken": '{"inner": 1, "next": {"cut": "of',
    "details": [{"key": "User-Agent", "value": "curl/8"}, {"Name": "Role", "newValue": "Owner"}],
    "errorInfo": "lower",
    "ErrorInfo": "upper",
    "nested": '{"again": "{\\"last\\": \\"here\\"}"}',
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("operationName.value", "a/b/write"),
        ("properties.statuscode", "200"),
        ("PROPERTIES.STATUSCODE", "200"),
        (f"identity.claims.[{UPN}]", "ann@example.com"),
        ("identity.list.1.id", 2),
        ("text.inner.deep", "found"),
        ("quoted.appName", "shop"),
        ("quoted.levelId", 2),
        ("broken.inner", 1),
        ("nested.again.last", "here"),
        ("details.User-Agent", "curl/8"),
        ("details.Role", "Owner"),
        ("errorInfo", "lower"),
        ("ErrorInfo", "upper"),
        ("ERRORINFO", "lower"),
    ],
)
@pytest.mark.parametrize("memory", [None, {}])
def test_a_path_leads_to_its_value(path: str, value: object, memory: Memory | None) -> None:
    assert walk(RECORD, split_path(path), memory) == value


@pytest.mark.parametrize(
    "path",
    ["nothing", "properties.empty", "properties.empty.more", "operationName.value.more", "identity.list.7.id",
     "identity.list.name", "errorInfo.inner", "identity.claims.upn"],
)  # fmt: skip
def test_a_path_to_nothing_gives_none(path: str) -> None:
    assert walk(RECORD, split_path(path)) is None


def test_an_exact_key_counts_before_one_in_another_case() -> None:
    assert walk({"ClientIP": "upper", "clientIp": "lower"}, ("clientIp",)) == "lower"


def test_a_key_in_another_case_is_found_the_same_with_and_without_memory() -> None:
    wide = {f"Key{number}": number for number in range(50)} | {"KEY7": "second"}
    assert walk(wide, ("key7",)) == walk(wide, ("key7",), {}) == 7


@pytest.mark.parametrize("path", ["a..b", ".a", "a.[].b"])
def test_a_path_with_an_empty_part_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="empty part"):
        split_path(path)


@pytest.mark.parametrize("value", ["", " ", "<null>", "NULL", "null", "-", "N/A", None, {}, []])
def test_what_is_said_to_be_absent_is_no_text(value: object) -> None:
    assert as_text(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(" x ", "x"), (0, "0"), (True, "true"), (1.5, "1.5"), (10**18 + 1, "1000000000000000001")],
)
def test_a_scalar_is_text(value: object, text: str) -> None:
    assert as_text(value) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=12),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(max_size=6), json_values, max_size=12), st.lists(st.text(min_size=1), max_size=4)
)
def test_memory_never_changes_what_is_found(record: dict[str, Any], path: list[str]) -> None:
    assert walk(record, tuple(path)) == walk(record, tuple(path), {})
