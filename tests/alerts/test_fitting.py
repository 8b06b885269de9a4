from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.alerts._fitting import IDENTITY, MAX_ROW_BYTES, fit, within
from shared.alerts.alert_columns import BY_NAME, MAX_FIELD_BYTES
from shared.alerts.alert_row import encoded, to_row
from shared.base.clock import VirtualClock
from shared.delivery.outbox import Outbox
from shared.storage import SqliteStore
from tests.alerts.examples import START, example

BIG = "x" * 70_000


def size(value: object) -> int:
    return len(orjson.dumps(value))


def test_a_row_that_fits_stays_as_it_is() -> None:
    row = to_row(example())

    assert fit(row) == row
    assert encoded(row) == orjson.dumps(row)


def test_a_field_beyond_its_limit_is_cut_and_named() -> None:
    row = fit(to_row(example(entities={"http_user_agent": BIG})))

    agent = row["HttpUserAgent"]
    assert isinstance(agent, str)
    assert len(agent.encode()) <= MAX_FIELD_BYTES
    assert agent.endswith("…")
    assert row["CutFields"] == "HttpUserAgent"


def test_a_column_with_a_limit_of_its_own_is_cut_to_it() -> None:
    row = orjson.loads(encoded(to_row(example(description="d" * 6_000))))

    assert len(row["RuleDescription"].encode()) == BY_NAME["RuleDescription"].limit == 5_000


def test_evidence_is_cut_inside_its_json_and_keeps_its_short_values() -> None:
    row = fit(to_row(example(evidence={"body": BIG, "reason": "why", "list": ["y" * 100] * 2_000})))

    evidence = row["Evidence"]
    assert isinstance(evidence, dict)
    assert size(evidence) <= MAX_FIELD_BYTES
    assert evidence["reason"] == "why"
    assert evidence["body"].endswith("…")
    assert evidence["list"][-1].startswith("… ")


def test_a_row_too_large_loses_what_is_least_telling_and_keeps_its_identity() -> None:
    big = dict.fromkeys(
        ("src_geo_city", "http_user_agent", "url", "src_hostname", "target_type"), BIG[:60000]
    )
    others = {f"other{number}": BIG[:60_000] for number in range(30)}
    alert = example(
        entities=dict(example().entities) | big | others,
        evidence={"a": BIG},
        runbook=tuple(BIG for _ in range(20)),
    )
    before = to_row(example())

    row = fit(to_row(alert))

    assert size(row) <= MAX_ROW_BYTES
    for name in IDENTITY & before.keys():
        assert row[name] == before[name]
    assert "Evidence" in str(row["CutFields"])


def test_identity_alone_beyond_the_row_is_cut_last_but_the_row_can_be_sent() -> None:
    names = (
        "actor_username",
        "target_name",
        "resource_id",
        "url",
        "app_name",
        "session_id",
        "target_username",
    )
    entities = dict.fromkeys(names, '"' * 64000) | {
        "actor_user_id": '"' * 64_000,
        "tenant_id": '"' * 64_000,
    }

    row = fit(to_row(example(entities=entities)))

    assert size(row) <= MAX_ROW_BYTES
    assert row["EventUid"] == example().uid
    assert row["RuleName"] == example().rule


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=30)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=30)
    ),
    max_leaves=60,
)


@given(values, st.integers(64, 600))
def test_a_value_is_brought_within_any_budget_and_keeps_its_kind(value: object, budget: int) -> None:
    smaller = within(value, budget)

    assert size(smaller) <= budget
    assert type(smaller) is type(value)
    if size(value) <= budget:
        assert smaller is value


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["actor_username", "target_name", "url", "http_user_agent", "resource_id", "x", "y"]),
        st.tuples(st.sampled_from(["a", '"', "ü", "\x00", "😀", "\u202e"]), st.integers(1, 200_000)),
    ),
    st.integers(0, 300_000),
)
def test_any_row_fits_the_service_and_the_outbox(entities: dict[str, tuple[str, int]], evidence: int) -> None:
    alert = example(
        entities={name: character * times for name, (character, times) in entities.items()},
        evidence={"body": "é" * evidence},
        message="m" * evidence,
    )

    row = orjson.loads(encoded(to_row(alert)))

    assert size(row) <= MAX_ROW_BYTES
    for name, value in row.items():
        length = len(value.encode()) if isinstance(value, str) else size(value)
        assert length <= BY_NAME[name].limit
    assert len(Outbox(SqliteStore(":memory:"), VirtualClock(START)).add([alert])) == 1
