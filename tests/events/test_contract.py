"""The contract for application events: schema and both checks say the same, and name the wrong field."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from build.application_schema import FILE, json_schema, schema_text
from build.owasp_terms import TERMS
from shared.events.contract._check import TYPES, keeps, violation
from shared.events.reading.body import MOST_PROBLEMS
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry
from shared.events.source_definition import Field
from shared.events.sources.application import application
from tests.events.reading import body_of, of_decoded, read, reasons

EVENT: dict[str, Any] = {
    "schema": "telltale.app/1",
    "time": "2026-03-01T11:59:00.000Z",
    "app": "billing",
    "event": "authn_login_fail:ann",
    "result": "Failure",
    "actor_username": "ann@example.com",
    "session_id": None,
    "details": {"reason": "wrong_password"},
}
KEY_VAULT = {
    "time": "2026-03-01T11:59:00Z",
    "category": "AuditEvent",
    "operationName": "SecretGet",
    "resourceId": "/SUBSCRIPTIONS/1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V",
}

SCHEMA = Draft202012Validator(json_schema())


@cache
def decoders() -> list[Decoder]:
    """One of which nothing is asked, one of which details are, one of which every field is."""
    fields = [
        path for field in application.fields.values() if isinstance(field, Field) for path in field.raw_paths
    ]
    asked = [[], ["details.reason", "details.deep.er"], ["details"], [*fields, "details.reason"]]
    return [Decoder(registry(), {"app": paths}) for paths in asked]


def changed(**fields: Any) -> dict[str, Any]:
    return {**EVENT, **fields}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in EVENT.items() if key != name}


def taken(decoder: Decoder, body: bytes, *, slow_path: bool = False) -> list[str]:
    """What the collector makes of a body: operations of events, then reasons of problems."""
    decoded = decoder.decode_slow_path(body) if slow_path else decoder.decode(body)
    events, problems = of_decoded(decoded, with_heads=True)
    return [f"{event.source} {event.normalised()}" for event in events] + [
        problem.reason for problem in problems
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        *((without(name), f"$.{name} is missing") for name in ("time", "app", "event")),
        (changed(actor_user_id=5), "$.actor_user_id must be text, is a number"),
        (changed(session_id=True), "$.session_id must be text, is true"),
        (changed(url=["/a"]), "$.url must be text, is a list"),
        (changed(tenant_id={"id": "t"}), "$.tenant_id must be text, is an object"),
        (changed(app=None), "$.app must be text, is null"),
        (changed(details="x"), "$.details must be an object, is text"),
        (changed(details='{"reason":"x"}'), "$.details must be an object, is text"),
        (changed(details=[1]), "$.details must be an object, is a list"),
        (changed(http_status_code="403"), "$.http_status_code must be a whole number, is text"),
        (changed(http_status_code=1000), "$.http_status_code must be from 0 to 999"),
        (changed(count=0), "$.count must be from 1 to 1000000000"),
        (changed(count=1.5), "$.count must be a whole number, is one with a fraction or an exponent"),
        (changed(count=True), "$.count must be a whole number, is true"),
        (changed(time=1772366340), "$.time must be text, is a number"),
        (changed(time="yesterday"), "$.time cannot be read; write it like 2026-03-01T12:00:00.000Z"),
        (
            changed(time="2026-02-30T00:00:00Z"),
            "$.time cannot be read; write it like 2026-03-01T12:00:00.000Z",
        ),
        (changed(app="  "), "$.app must have from 1 to 64 characters and not only blanks"),
        (changed(app="a" * 65), "$.app must have from 1 to 64 characters and not only blanks"),
        (changed(schema="telltale.app/2"), "$.schema must be telltale.app/1, is telltale.app/2"),
        (changed(schema="telltale.app/"), "$.schema must be telltale.app/1"),
        (changed(schema="telltale.app/1\n"), "$.schema must be telltale.app/1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_the_contract_is_a_problem_with_the_path_of_the_field(
    event: dict[str, Any], reason: str
) -> None:
    assert reasons(body_of(event)) == [f"application event: {reason}"]
    assert reasons(json.dumps(event).encode()) == [f"application event: {reason}"]
    if "$.time cannot be read" not in reason:  # a schema cannot say what a time is
        assert not SCHEMA.is_valid(event)


@pytest.mark.parametrize(
    "name", ["", "two words", "1st", ":ann", "authn_login_fail\n", "a" * 65, "x\u202ey", "authn login:ann"]
)
def test_an_event_without_a_name_says_how_one_is_written(name: str) -> None:
    [reason] = reasons(body_of(changed(event=name)))
    assert reason.startswith("application event: $.event must begin with a name of letters")


@pytest.mark.parametrize(
    "name", ["invoice_approved", "Shop.Order-Placed", "AUTHN_login_fail:ann", "a:", "a:\n"]
)
def test_names_of_ones_own_and_parameters_of_any_kind_are_taken(name: str) -> None:
    [event] = read(body_of(changed(event=name)))[0]
    assert event.operation == name.partition(":")[0]


@pytest.mark.parametrize("schema", ["telltale.app/1", "telltale.app/1.7"])
def test_a_minor_version_and_fields_that_are_not_declared_are_kept(schema: str) -> None:
    [event] = read(body_of(changed(schema=schema, plan={"tier": 3})))[0]
    assert event.get("plan.tier") == 3
    assert event.record["plan"] == {"tier": 3}
    assert SCHEMA.is_valid(event.record)


def test_a_long_text_that_a_user_chose_is_no_way_past_the_detectors() -> None:
    long = changed(http_user_agent="x" * 100_000, event="authn_login_fail:" + "y" * 100_000)
    [event] = read(body_of(long))[0]
    assert event.operation == "authn_login_fail"


@pytest.mark.parametrize("decoder", range(4))
def test_one_wrong_event_costs_the_others_of_its_message_nothing(decoder: int) -> None:
    wrong = [
        changed(actor_user_id=5),
        without("time"),
        changed(details="x"),
        changed(schema="telltale.app/9"),
    ]
    for others in ([EVENT, EVENT], [EVENT, KEY_VAULT]):
        body = body_of(others[0], *wrong, others[1])
        found = taken(decoders()[decoder], body)
        assert len(found) == 6
        assert sum("application event: $." in one for one in found) == 4
        assert sorted(found) == sorted(taken(decoders()[decoder], body, slow_path=True))


def test_the_dead_letter_of_a_wrong_event_holds_it_whole() -> None:
    wrong = changed(actor_user_id=5, plan="x")
    [problem] = read(body_of(EVENT, wrong))[1]
    assert json.loads(problem.content) == wrong
    assert not problem.harmless


def test_wrong_events_are_told_one_by_one_up_to_a_bound_and_the_rest_together() -> None:
    events, problems = read(body_of(*[changed(actor_user_id=n) for n in range(MOST_PROBLEMS + 30)], EVENT))
    assert len(events) == 1
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].reason == "30 more records of this body that break the contract of their source"
    assert len(json.loads(problems[-1].content)["records"]) == 30


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 5, 200, 999, 1000, -1, 10**9, 10**9 + 1, 2**63, 2**70, 0.5, -3.25]),
    st.sampled_from(
        ["", " ", "x", "-", "Success", "a" * 64, "a" * 65, "telltale.app/1", "telltale.app/1.12"]
    ),
    st.sampled_from(["telltale.app/2", "telltale.app/1.1234", "telltale.app/1\n", "xtelltale.app/1"]),
    st.sampled_from(
        ["authn_login_fail:a,b", "a:\n", "a\n", "é", "\u2003", "0", "a b", "2026-03-01T12:00:00Z"]
    ),
    st.sampled_from(["2026-03-01", "2026-03-01T12:00:00+02:00", "20260301T120000Z", "2026-W10-1T00:00:00Z"]),
    st.sampled_from(
        ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59Z", "2026-03-01T12:00:00." + "1" * 60 + "Z"]
    ),
    st.sampled_from(
        ["3/1/2026 12:00:00 PM", "1772366340000", "2026-03-01T24:61:00Z", "2026-03-01T23:59:60Z"]
    ),
    st.text(max_size=8),
)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from(["reason", "deep", "x"]), scalars, max_size=2),
    st.just({"deep": {"er": 1}}),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An event that keeps the contract, but for a few fields that may hold anything or be missing."""
    event = dict(EVENT)
    for name in draw(st.lists(st.sampled_from([*TYPES, *TYPES, "plan", "Details"]), max_size=3)):
        if draw(st.integers(0, 6)) == 0:
            event.pop(name, None)
        else:
            event[name] = draw(values)
    return dict(draw(st.permutations(list(event.items()))))


@given(events())
def test_schema_and_check_agree(event: dict[str, Any]) -> None:
    broken = violation(event)
    if broken is None:
        assert SCHEMA.is_valid(event)
    elif "$.time cannot be read" not in broken:  # a schema cannot say what a time is
        assert not SCHEMA.is_valid(event)


@given(
    st.lists(events(), min_size=1, max_size=3),
    st.integers(0, 3),
    st.sampled_from(["records", "list", "lone"]),
)
def test_the_fast_path_takes_what_the_slow_path_takes(
    found: list[dict[str, Any]], number: int, layout: str
) -> None:
    content: Any = {"records": {"records": found}, "list": found, "lone": found[0]}[layout]
    body = json.dumps(content).encode()
    decoder = decoders()[number]
    assert sorted(taken(decoder, body)) == sorted(taken(decoder, body, slow_path=True))


def test_an_ordinary_event_takes_the_fast_path() -> None:
    for decoder in decoders():
        decoded = decoder.decode(body_of(EVENT, changed(time="2026-03-01T11:59:00+01:00")))
        assert [len(group.heads) for group in decoded.groups] == [2]
        assert keeps(decoded.groups[0].heads)


def test_every_field_that_the_source_reads_is_declared() -> None:
    paths = {
        path for field in application.fields.values() if isinstance(field, Field) for path in field.raw_paths
    }
    assert paths <= set(TYPES)


def test_every_field_is_explained() -> None:
    properties = json_schema()["properties"]
    assert [name for name, value in properties.items() if len(value.get("description", "")) < 12] == []


def test_the_published_schema_is_that_of_the_declaration() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `make docs`"
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_every_name_of_the_vocabulary_is_a_name() -> None:
    assert len({term.name for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert re.fullmatch(r"(?:authn|authz|crypt|excess|upload|input|malicious|privilege|sensitive|sequence"
                            r"|session|sys|user)_[a-z0-9_]+", term.name)  # fmt: skip
        event = changed(event=f"{term.name}:{term.parameters}")
        assert violation(event) is None
        assert SCHEMA.is_valid(event)
        assert SCHEMA.is_valid(changed(event=term.name))


def test_decoding_does_not_load_pydantic() -> None:
    code = (
        "import sys; from shared.events.registry import registry; from shared.events.reading.decoder import Decoder; "
        "Decoder(registry(), {}); sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
