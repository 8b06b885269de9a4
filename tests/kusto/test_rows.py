"""A row of each detector, raised by its own example, fits everything that takes it on its way to an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

import functions.detectors
from build.infrastructure.tables import streams_json, tables_json
from cli.examples import alerts_of, examples_of
from lab.parts.kusto import Verdict, checked
from shared.alerts._links import TABLES, records_query
from shared.alerts.alert_columns import STREAM, TABLE
from shared.alerts.alert_row import encoded, to_row
from shared.detection.detector import Detector
from shared.detection.discovery import discover
from tests.alerts.alert_event_model import AlertEvent
from tests.alerts.test_links import HOSTILE

DETECTORS = discover(functions.detectors)
STREAM_COLUMNS = {column["name"]: column["type"] for column in streams_json()[STREAM]["columns"]}
(TABLE_COLUMNS,) = (
    {column["name"]: column["type"] for column in table["columns"]}
    for table in tables_json()
    if table["name"] == TABLE
)
RENAMED = {"UserType": "OriginalUserType", "SessionId": "UserSessionId", "SourceTenantId": "UserScopeId"}


def row_of(detector: Detector) -> dict[str, Any]:
    """The row of the first example that hits, as it is sent."""
    example = next(example for example in examples_of(detector) if example.expect == "hit")
    alert = next(alert for alert in alerts_of(detector, example) if alert.rule == detector.id)
    row: dict[str, Any] = orjson.loads(encoded(to_row(alert)))
    return row


def fits(value: object, type_: str) -> bool:
    """Whether a value of JSON can stand in a column of that type without being turned into null."""
    match type_.lower():
        case "string":
            return isinstance(value, str)
        case "int":
            return type(value) is int and -(1 << 31) <= value < 1 << 31
        case "long":
            return type(value) is int and -(1 << 63) <= value < 1 << 63
        case "real":
            return type(value) in (int, float)
        case "boolean":
            return isinstance(value, bool)
        case "datetime":
            return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
        case "dynamic":
            return isinstance(value, dict | list)
    return False


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.id)
def test_a_row_of_a_detector_fits_model_table_stream_parser_and_rules(
    detector: Detector, verdicts: Mapping[str, Verdict]
) -> None:
    row = row_of(detector)
    AlertEvent.model_validate_json(orjson.dumps(row))
    for declared in (TABLE_COLUMNS, STREAM_COLUMNS):
        assert row.keys() <= declared.keys()
        assert [name for name, value in row.items() if not fits(value, declared[name])] == []
    deduplicated = verdicts["function TelltaleAlerts"].columns
    assert row.keys() <= deduplicated.keys()
    normalised = verdicts["function vimAlertEventTelltale"].columns
    assert {RENAMED.get(name, name) for name in row} <= normalised.keys()
    assert row["EventSeverity"] in {"High", "Medium", "Low", "Informational"}
    assert row["AlertStatus"] == "Active", "rules take no other"


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("1", "int"),
        (1 << 31, "int"),
        (True, "int"),
        ("yesterday", "string2"),
        ([], "string"),
        ("{}", "dynamic"),
    ],
)
def test_a_value_of_another_type_does_not_fit(value: object, type_: str) -> None:
    assert not fits(value, type_)


def test_the_query_for_the_records_is_right_whatever_a_value_holds(verdicts: Mapping[str, Verdict]) -> None:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    asked = {
        f"{source} {number}": records_query(source, {"actor_username": value}, 2, at, at)
        for number, value in enumerate([*HOSTILE, "\ud83d", "x" * 5_000_000])
        for source in [*TABLES, "app.harbour"]
    }
    assert [line for verdict in checked(asked).values() for line in verdict.diagnostics] == []
