from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import AwareDatetime

from shared.alerts._fitting import IDENTITY, SHED_FIRST
from shared.alerts.alert_columns import BY_NAME, COLUMNS, ENTITY_COLUMNS, MAX_NAME, RESERVED, TABLE
from tests.alerts.alert_event_model import AlertEvent

MANDATORY = frozenset(
    """EventCount EventStartTime EventEndTime EventType EventUid EventProduct EventVendor EventSchema
    EventSchemaVersion""".split()
)
RECOMMENDED = frozenset(
    """EventSubType EventSeverity DvcIpAddr DvcHostname DvcDomain DvcDomainType DvcFQDN DvcId DvcIdType
    AlertName ThreatCategory IndicatorType AttackTactics AttackTechniques AttackRemediationSteps
    Username""".split()
)


def test_every_mandatory_and_recommended_field_of_asim_alert_event_has_a_column() -> None:
    assert BY_NAME.keys() >= MANDATORY | RECOMMENDED


def test_mandatory_fields_are_required_by_the_model() -> None:
    assert all(AlertEvent.model_fields[name].is_required() for name in [*MANDATORY, "TimeGenerated"])


def test_column_names_keep_to_the_rules_of_log_analytics() -> None:
    for column in COLUMNS:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", column.name)
        assert len(column.name) <= MAX_NAME
        assert column.name.lower() not in {name.lower() for name in RESERVED}
        assert column.description.endswith((".", ":", '"'))


def test_column_names_are_unique_whatever_their_case() -> None:
    assert len({column.name.lower() for column in COLUMNS}) == len(COLUMNS)


def test_the_table_is_a_custom_table() -> None:
    assert TABLE.endswith("_CL")


def test_the_model_has_the_same_fields_as_the_list_of_columns() -> None:
    assert set(AlertEvent.model_fields) == BY_NAME.keys()


def test_the_model_has_the_same_types_as_the_list_of_columns() -> None:
    for name, field in AlertEvent.model_fields.items():
        assert _column_type(field.annotation) == BY_NAME[name].type, name


def test_everything_that_an_entity_or_a_rule_of_fitting_names_is_a_column() -> None:
    assert set(ENTITY_COLUMNS.values()) <= BY_NAME.keys()
    assert set(SHED_FIRST) <= BY_NAME.keys()
    assert BY_NAME.keys() >= IDENTITY
    assert not IDENTITY & set(SHED_FIRST)


def _column_type(annotation: Any) -> str:
    """The type of column that a field of the model stands for."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if any(isinstance(option, str) for option in options):
        return "string"
    first = options[0]
    if getattr(first, "__origin__", None) in (list, dict):
        return "dynamic"
    return _SIMPLE[first] if first in _SIMPLE else _column_type(first)


_SIMPLE = {str: "string", int: "int", float: "real", bool: "boolean", AwareDatetime: "datetime"}
