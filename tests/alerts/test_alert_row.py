from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.alerts.alert import Alert
from shared.alerts.alert_columns import BY_NAME, ENTITY_COLUMNS
from shared.alerts.alert_row import encoded, stamp, to_row
from shared.base.severity import Severity
from tests.alerts.alert_event_model import AlertEvent
from tests.alerts.examples import END, START, example


def test_a_full_alert_makes_a_row_of_the_model() -> None:
    row = to_row(example())

    event = AlertEvent.model_validate(row)

    assert event.EventStartTime == START
    assert event.EventEndTime == event.TimeGenerated == END
    assert (event.EventType, event.EventSchema, event.EventSchemaVersion) == ("Alert", "AlertEvent", "0.1")
    assert event.EventCount == 2
    assert event.ThreatConfidence == 70
    assert event.ConfidenceScore == 0.7


def test_the_barest_alert_makes_a_row_of_the_model() -> None:
    alert = Alert(uid="a1", rule="r", name="n", severity=Severity.LOW, start=START, end=START)

    row = to_row(alert)

    AlertEvent.model_validate(row)
    assert None not in row.values()


def test_techniques_and_tactics_are_written_for_asim_and_for_sentinel() -> None:
    row = to_row(example())

    assert row["AttackTechniques"] == "Additional Cloud Credentials (T1098.001), Account Manipulation (T1098)"
    assert row["AttackTactics"] == "Persistence, Privilege Escalation"
    assert row["Techniques"] == ["T1098.001", "T1098"]
    assert row["Tactics"] == "Persistence,PrivilegeEscalation"


def test_an_unknown_technique_does_not_cost_the_alert() -> None:
    assert (
        to_row(example(techniques=("T9999", "T1098")))["AttackTechniques"]
        == "T9999, Account Manipulation (T1098)"
    )


def test_a_upn_is_also_given_as_prefix_and_suffix() -> None:
    row = to_row(example())

    assert row["Username"] == row["AccountName"] == "ann@contoso.com"
    assert (row["AccountUpnPrefix"], row["AccountUpnSuffix"]) == ("ann", "contoso.com")
    assert (row["UsernameType"], row["UserIdType"]) == ("UPN", "GUID")
    assert row["AccountObjectId"] == row["UserId"] == "6b29fc40-ca47-1067-b31d-00dd010662da"


def test_the_upn_of_a_guest_is_split_at_its_last_at() -> None:
    row = to_row(example(entities={"actor_username": "ann_x.org#EXT#@contoso.onmicrosoft.com"}))

    assert row["AccountUpnPrefix"] == "ann_x.org#EXT#"
    assert row["AccountUpnSuffix"] == "contoso.onmicrosoft.com"


@pytest.mark.parametrize("name", ["Payroll", "@contoso.com", "CONTOSO\\ann"])
def test_a_name_that_is_no_upn_is_not_split(name: str) -> None:
    row = to_row(example(entities={"actor_username": name, "actor_user_id": "AIDA123"}))

    assert row["AccountName"] == name
    assert row["UsernameType"] == "Simple"
    assert row["UserIdType"] == "Other"
    assert not {"AccountUpnPrefix", "AccountUpnSuffix", "AccountObjectId"} & row.keys()


def test_every_entity_lands_in_its_column_and_the_others_in_additional_fields() -> None:
    entities = {name: f"value-of-{name}" for name in ENTITY_COLUMNS} | {"region": "westeurope", "empty": ""}

    row = to_row(example(entities=entities))

    for name, column in ENTITY_COLUMNS.items():
        assert row[column] == f"value-of-{name}"
    assert row["AdditionalFields"] == {"region": "westeurope"}


def test_the_full_name_of_a_device_is_split_into_host_and_domain() -> None:
    row = to_row(example(entities={"dvc_hostname": "web1.contoso.com"}))

    assert (row["DvcHostname"], row["DvcDomain"], row["DvcFQDN"]) == (
        "web1",
        "contoso.com",
        "web1.contoso.com",
    )
    assert row["IndicatorType"] == "Host"


@pytest.mark.parametrize(
    ("entities", "indicator"),
    [
        ({"actor_user_id": "1", "src_ip_addr": "203.0.113.9"}, "User"),
        ({"src_ip_addr": "203.0.113.9", "resource_id": "/subscriptions/1"}, "Ip"),
        ({"resource_id": "/subscriptions/1"}, "Cloud Resource"),
        ({"app_name": "Payroll"}, "Application"),
        ({}, "Cloud Resource"),
    ],
)
def test_the_indicator_is_the_most_telling_entity(entities: Mapping[str, str], indicator: str) -> None:
    assert to_row(example(entities=entities))["IndicatorType"] == indicator


def test_remediation_is_a_numbered_text_and_a_list() -> None:
    row = to_row(example())

    assert row["AttackRemediationSteps"] == "1. Remove the credential.\n2. Revoke its sessions."
    assert row["RemediationSteps"] == ["Remove the credential.", "Revoke its sessions."]


def test_a_compliance_violation_is_a_security_policy_violation() -> None:
    assert to_row(example(sub_type="Compliance Violation"))["ThreatCategory"] == "Security Policy Violation"


def test_hostile_text_is_neutralised_wherever_it_stands() -> None:
    hostile = "a\u202eb\x1b\n\ud800"
    row = to_row(
        example(
            name=hostile,
            message=hostile,
            description="Two\nlines\u202e.",
            operation=hostile,
            runbook=(hostile,),
            response=(hostile,),
            tags=(hostile,),
            evidence={hostile: [hostile, {"deep": hostile}]},
            entities={"actor_username": hostile, hostile: hostile},
        )
    )

    shown = "a\\u202eb\\u001b\\n\\ud800"
    assert row["AlertName"] == row["EventMessage"] == row["Operation"] == row["Username"] == shown
    assert row["RuleDescription"] == "Two\nlines\\u202e."
    assert row["Runbook"] == row["RemediationSteps"] == row["Tags"] == [shown]
    assert row["AttackRemediationSteps"] == f"1. {shown}"
    assert row["Evidence"] == {shown: [shown, {"deep": shown}]}
    assert row["AdditionalFields"] == {shown: shown}


@pytest.mark.parametrize("character", ["\n", "\x1b", "\x00", "\x7f"])
def test_a_control_character_in_plain_ascii_is_not_overlooked(character: str) -> None:
    row = to_row(example(operation=f"a{character}b"))

    assert str(row["Operation"]).isprintable()


def test_evidence_of_any_kind_becomes_json() -> None:
    evidence = MappingProxyType(
        {
            "when": datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=1))),
            "set": {"b", "a"},
            "tuple": (1, None, True),
            "huge": 2**80,
            "nan": float("nan"),
            "bytes": b"\x00",
        }
    )

    assert to_row(example(evidence=evidence))["Evidence"] == {
        "when": "2026-01-01T11:00:00.000000Z",
        "set": ["a", "b"],
        "tuple": [1, None, True],
        "huge": str(2**80),
        "nan": "nan",
        "bytes": "b'\\x00'",
    }


def test_evidence_without_end_is_cut_in_depth() -> None:
    evidence: dict[str, object] = {}
    evidence["again"] = evidence

    assert "…" in orjson.dumps(to_row(example(evidence=evidence))["Evidence"]).decode()


def test_a_long_title_is_cut_to_what_sentinel_takes() -> None:
    name = to_row(example(name="ü" * 300))["AlertName"]

    assert isinstance(name, str)
    assert len(name.encode()) <= BY_NAME["AlertName"].limit == 256
    assert name.endswith("…")


def test_a_count_beyond_the_column_stays_at_its_greatest() -> None:
    assert to_row(example(count=2**40))["EventCount"] == 2**31 - 1


def test_times_are_written_in_utc_with_microseconds() -> None:
    assert stamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"
    assert stamp(datetime(2026, 1, 1, 2, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))) == (
        "2026-01-01T00:00:00.000005Z"
    )


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.text(min_size=1),
    st.dictionaries(st.sampled_from([*ENTITY_COLUMNS, "other"]) | st.text(), st.text(), max_size=8),
    st.dictionaries(st.text(), json_values, max_size=4),
)
def test_any_text_of_an_event_makes_a_row_of_the_model(
    name: str, entities: dict[str, str], evidence: dict[str, object]
) -> None:
    row = to_row(example(name=name, message=name, entities=entities, evidence=evidence))

    AlertEvent.model_validate(row)
    assert AlertEvent.model_validate_json(encoded(row)).EventUid == example().uid
