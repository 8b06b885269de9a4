"""Where a row tells an analyst to look next, whatever the values in it are."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.alerts._links import TABLES, literal, records_query, resource_link, user_link
from shared.alerts.alert_row import to_row
from shared.events.registry import registry
from tests.alerts.examples import END, START, example

HOSTILE = [
    'x" or true //',
    "x'\n| take 1",
    "a\\",
    "\u202egnp.exe",
    "\u200b",
    "</script><script>alert(1)</script>",
    "../../#@evil/resource?x=y&z",
    "\x00\x1f\x7f",
    "=cmd|' /C calc'!A0",
    "{actor_username}{{7*7}}${jndi:ldap://x}",
    "\U0001f469\u200d\U0001f4bb",
]


def test_a_row_links_the_user_the_resource_and_the_records() -> None:
    row = to_row(example())
    assert str(row["UserLink"]).endswith("/userId/6b29fc40-ca47-1067-b31d-00dd010662da")
    assert row["ResourceLink"] == "https://portal.azure.com/#@/resource/subscriptions/5f3c/resourceGroups/pay"
    assert str(row["RecordsQuery"]).splitlines() == [
        "AuditLogs",
        "| where TimeGenerated between (datetime(2026-11-02T08:55:00Z) .. datetime(2026-11-02T09:10:00Z))",
        '| where * has "6b29fc40-ca47-1067-b31d-00dd010662da"',
        '| where * has "ann@contoso.com"',
        '| where * has "203.0.113.9"',
    ]


def test_a_single_record_is_asked_for_by_its_id() -> None:
    query = records_query("entra.signin", {"record_id": "r-1", "actor_username": "ann"}, 1, START, END)
    assert query.splitlines()[2:] == ['| where * has "r-1"']


def test_an_alert_about_telemetry_has_its_blind_time_and_no_records() -> None:
    until = datetime(2026, 11, 2, 11, tzinfo=UTC)
    row = to_row(example(rule="telltale.source_recovered", blind_from=START, blind_until=until))
    assert (row["BlindFrom"], row["BlindUntil"]) == (
        "2026-11-02T09:00:00.000000Z",
        "2026-11-02T11:00:00.000000Z",
    )
    assert "RecordsQuery" not in row


def test_every_source_with_a_table_is_one_that_exists() -> None:
    assert TABLES.keys() <= {source.id for source in registry()}


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_inside_their_link(value: str) -> None:
    link = urlsplit(user_link(value))
    assert (link.scheme, link.netloc) == ("https", "entra.microsoft.com")
    assert unquote(link.fragment.rpartition("/userId/")[2]) == value
    link = urlsplit(resource_link(f"/subscriptions/{value}", value))
    assert (link.netloc, link.path, link.query) == ("portal.azure.com", "/", "")
    assert link.geturl().isascii()


@given(st.text(max_size=40))
def test_a_literal_is_one_line_of_printable_ascii_that_only_its_last_character_ends(text: str) -> None:
    found = literal(text)
    assert found.isascii()
    assert found.isprintable()
    inside = found[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside
    assert not inside.endswith("\\")
