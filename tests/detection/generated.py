"""Random conditions and random records of the tests' own source, well formed and not."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import strategies as st

from shared.detection import absent, contains, none_of, prefix, present, suffix
from shared.events.conditions import Matcher
from shared.events.source_definition import Selection
from tests.detection.probe import probe

TEXTS = [
    "Alice",
    "ALICE",
    "alice@example.com",
    "Straße",
    "0",
    "1",
    "50126",
    "true",
    "False",
    "/api/Admin",
    "x",
]
ODD_TEXTS = [
    "",
    " ",
    "<null>",
    "-",
    " Alice ",
    "{",
    "[]",
    "{'oid': 'Alice'}",
    "192.0.2.1",
    "::FFFF:192.0.2.1",
    "\x00",
]

scalars: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([*TEXTS, *ODD_TEXTS]),
    st.sampled_from(
        [0, 1, 50126, -1, 2**63, 2**64, 10**30, 0.0, 1.0, -0.0, 0.5, 50126.0, 1e300, True, False, None]
    ),
)
wrong: st.SearchStrategy[Any] = st.one_of(
    scalars,
    st.just([]),
    st.just({}),
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from("ab"), scalars, max_size=2),
)


def _object(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of the keys: as it should be, as JSON inside a string, in single quotes, or not at all."""
    plain = st.fixed_dictionaries({}, optional=keys)
    return st.one_of(
        plain,
        plain,
        plain.map(lambda value: orjson.dumps(small(value)).decode()),
        plain.map(repr),
        wrong,
    )


def small(value: Any) -> Any:
    """`value` without the numbers that orjson does not write."""
    if isinstance(value, dict):
        return {key: small(item) for key, item in value.items()}
    if isinstance(value, list):
        return [small(item) for item in value]
    return float(value) if type(value) is int and value >= 2**64 else value


properties = _object(
    status=_object(errorCode=wrong),
    user=_object(upn=wrong),
    targets=st.one_of(
        st.lists(_object(name=wrong), max_size=2),
        st.lists(_object(name=scalars), max_size=2).map(lambda value: orjson.dumps(small(value)).decode()),
        wrong,
    ),
    app=wrong,
)
identity = _object(claims=_object(oid=wrong, **{"http://example.com/oid": wrong}))
records: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"category": st.sampled_from(["ProbeLogs", "ProbeLogs", "OtherProbeLogs"])},
    optional={
        "time": st.sampled_from(["2026-11-02T09:00:00Z", "soon", 5, None]),
        "operationName": st.one_of(wrong, st.fixed_dictionaries({"value": scalars})),
        "resultType": wrong,
        "callerIpAddress": wrong,
        "tenantId": wrong,
        "properties": properties,
        "identity": identity,
    },
)

plain_values: st.SearchStrategy[Any] = st.sampled_from(
    [*TEXTS, "Success", "Failure", 0, 1, 50126, True, False, 1.0, "machine", "probelogs"]
)
texts = st.lists(st.sampled_from([*TEXTS, "a", "li", "e+"]), min_size=1, max_size=3)
matchers: st.SearchStrategy[Matcher] = st.one_of(
    texts.map(lambda found: prefix(*found)),
    texts.map(lambda found: suffix(*found)),
    texts.map(lambda found: contains(*found)),
    st.just(present()),
    st.just(absent()),
    st.lists(plain_values, min_size=1, max_size=3).map(lambda found: none_of(*found)),
)
wanted: st.SearchStrategy[Any] = st.one_of(
    plain_values, st.lists(plain_values, min_size=1, max_size=3), matchers
)
FIELDS = [*sorted(probe.fields), "category"]
PATHS = [
    "properties.status.errorCode",
    "properties.status",
    "properties.user.upn",
    "properties.app",
    "properties.targets.0.name",
    "properties.targets.1",
    "identity.claims.oid",
    "identity.claims",
    "properties.missing.path",
    "resultType",
    "identity",
]
selections: st.SearchStrategy[Selection] = st.builds(
    lambda fields, where: probe(where=where, **fields),
    st.dictionaries(st.sampled_from(FIELDS), wanted, max_size=2),
    st.dictionaries(st.sampled_from(PATHS), wanted, max_size=2),
)
