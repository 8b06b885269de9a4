"""The tables of the workspace and the streams of the data collection rule, from the lists of columns.

The two services spell the type of a time differently: `dateTime` in a table, `datetime` in a stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.alerts import alert_columns, health_columns
from shared.alerts.alert_columns import TableColumn

TYPES_IN_TABLES: Final = {"datetime": "dateTime"}
KUSTO_TYPES: Final = {"boolean": "bool"}


@dataclass(frozen=True, slots=True)
class Table:
    """A custom table: its name, which ends in _CL, the stream that carries its rows, and its columns."""

    name: str
    stream: str
    description: str
    columns: tuple[TableColumn, ...]


TABLES: Final = (
    Table(
        alert_columns.TABLE,
        alert_columns.STREAM,
        "Alerts of Telltale: ASIM AlertEvent 0.1 and more. Read it through the function TelltaleAlerts.",
        alert_columns.COLUMNS,
    ),
    Table(
        health_columns.TABLE,
        health_columns.STREAM,
        "Health of telemetry and collector: a row every five minutes while the collector lives, sources hourly.",
        health_columns.COLUMNS,
    ),
)


def tables_json(tables: Iterable[Table] = TABLES) -> list[dict[str, Any]]:
    """What the template takes for `workspaces/tables` and for the data flows of the rule."""
    return [
        {
            "name": table.name,
            "description": table.description,
            "stream": table.stream,
            "output": f"Custom-{table.name}",
            "columns": [
                {
                    "name": column.name,
                    "type": TYPES_IN_TABLES.get(column.type, column.type),
                    "description": column.description,
                }
                for column in table.columns
            ],
        }
        for table in tables
    ]


def streams_json(tables: Iterable[Table] = TABLES) -> dict[str, Any]:
    """The `streamDeclarations` of the data collection rule."""
    return {
        table.stream: {
            "columns": [{"name": column.name, "type": column.type} for column in table.columns],
        }
        for table in tables
    }


def kusto_schemas(tables: Iterable[Table] = TABLES) -> Mapping[str, str]:
    """Each table as the query language declares it, with the columns that Log Analytics adds."""
    return {
        table.name: "("
        + ", ".join(
            f"{column.name}: {KUSTO_TYPES.get(column.type, column.type)}"
            for column in (*table.columns, *(TableColumn(name, "string", "") for name in _ADDED))
        )
        + ")"
        for table in tables
    }


_ADDED: Final = ("TenantId", "Type", "_ResourceId")
