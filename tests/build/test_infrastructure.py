"""What the templates load follows from the declarations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build.infrastructure.__main__ import FILES, INFRA, text_of
from build.infrastructure.functions import PARAMETERS, queries_json
from build.infrastructure.tables import TABLES, Table, kusto_schemas, streams_json, tables_json
from shared.alerts.alert_columns import MAX_NAME, RESERVED, TableColumn


@pytest.mark.parametrize("name", FILES)
def test_a_made_file_is_current(name: str) -> None:
    assert (INFRA / name).read_text("utf-8") == text_of(name), (
        f"infra/{name} has fallen behind: run `make docs`"
    )


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_keeps_to_the_rules_of_log_analytics(table: Table) -> None:
    assert re.fullmatch(r"[A-Za-z]\w{0,40}_CL", table.name)
    assert table.stream.startswith("Custom-")
    names = [column.name for column in table.columns]
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z]\w*", name), name
        assert len(name) <= MAX_NAME
        assert name.lower() not in {reserved.lower() for reserved in RESERVED}
    assert dict.fromkeys(names).keys() >= {"TimeGenerated"}, "every table of Log Analytics needs it"


def test_any_list_of_columns_becomes_a_table_and_a_stream() -> None:
    table = Table(
        "Other_CL",
        "Custom-Other",
        "Another.",
        (TableColumn("TimeGenerated", "datetime", "When."), TableColumn("Ok", "boolean", "Whether.")),
    )
    (made,) = tables_json([table])
    assert made["output"] == "Custom-Other_CL"
    assert [column["type"] for column in made["columns"]] == ["dateTime", "boolean"]
    assert streams_json([table])["Custom-Other"]["columns"] == [
        {"name": "TimeGenerated", "type": "datetime"},
        {"name": "Ok", "type": "boolean"},
    ]
    assert kusto_schemas([table])["Other_CL"].startswith("(TimeGenerated: datetime, Ok: bool")


def test_the_filtering_parser_takes_what_the_schema_documents() -> None:
    assert re.findall(r"(\w+):(\w+)=", PARAMETERS["vimAlertEventTelltale"]) == [
        ("starttime", "datetime"),
        ("endtime", "datetime"),
        ("ipaddr_has_any_prefix", "dynamic"),
        ("hostname_has_any", "dynamic"),
        ("username_has_any", "dynamic"),
        ("attacktactics_has_any", "dynamic"),
        ("attacktechniques_has_any", "dynamic"),
        ("threatcategory_has_any", "dynamic"),
        ("alertverdict_has_any", "dynamic"),
        ("eventseverity_has_any", "dynamic"),
        ("disabled", "bool"),
    ]
    parser = (INFRA / "kql" / "parsers" / "vimAlertEventTelltale.kql").read_text("utf-8")
    for name, _ in re.findall(r"(\w+):(\w+)=", PARAMETERS["vimAlertEventTelltale"]):
        assert re.search(rf"^(?!//).*\b{name}\b", parser, re.MULTILINE), f"{name} filters nothing"


def test_saved_queries_have_titles_of_their_own() -> None:
    titles = [one["title"] for one in queries_json()]
    assert len(set(titles)) == len(titles)
    assert all(8 < len(title) <= 120 for title in titles)


def test_nothing_that_is_made_holds_a_secret_or_an_address_of_somebody() -> None:
    for name in FILES:
        text = (INFRA / name).read_text("utf-8")
        assert not re.search(r"(?i)sharedaccesskey|accountkey|password\"\s*:", text)
    assert Path(INFRA).is_dir()
