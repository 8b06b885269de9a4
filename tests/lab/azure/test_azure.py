"""Commands that look into a deployed collector, here one whose tables are Azurite's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.credentials import AzureNamedKeyCredential

from functions import composition
from lab.parts.azurite import ACCOUNT, ACCOUNT_KEY, AzuriteTables
from lab.parts.node import HOST
from shared.events.times import rfc3339
from shared.storage import AzureTableStore, SqliteStore, Upsert, transactions
from shared.storage._store import Operation
from tests.cli.test_command_line import AUDIT, Shell, json_lines, one_line, written
from tests.cli.test_telemetry_commands import SILENCE


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsysbinary)


@pytest.fixture
def deployed(
    telltale: Shell, azurite_connection_string: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    """A silence in `s.db`, and the same rows in tables that the environment names; nothing may write there."""
    assert azurite_connection_string  # says so where there is none; the tables here are of another, empty one
    Path("strict.toml").write_text(SILENCE)
    Path("patient.toml").write_text(SILENCE.replace("15m", "3h"))
    begun = datetime.now(UTC) - timedelta(minutes=200)
    minutes = [begun + timedelta(minutes=minute) for minute in [*range(30), *range(90, 140)]]
    file = written("a.jsonl", *[AUDIT | {"time": rfc3339(minute)} for minute in minutes])
    telltale("replay", file, "--store", "s.db", "--settings", "strict.toml", "--json")
    with AzuriteTables() as tables:
        with (
            closing(SqliteStore("s.db")) as rows,
            closing(AzureTableStore.from_connection_string(tables.connection_string)) as target,
        ):
            for table in tables_of("s.db"):
                for group in transactions([Upsert(row) for row in rows.query(table)]):
                    target.commit(table, group)
        monkeypatch.setenv("TELLTALE_TABLES_ENDPOINT", f"http://{HOST}:{tables.port}/{ACCOUNT}")
        monkeypatch.setenv("TELLTALE_HUB_NAME", "hub")
        # A token goes over https only, which Azurite would need a certificate for: its key stands in.
        key = AzureNamedKeyCredential(ACCOUNT, ACCOUNT_KEY)
        monkeypatch.setattr(composition, "_credential", lambda _: key)
        monkeypatch.setattr(AzureTableStore, "commit", refused)
        yield telltale


def refused(_: AzureTableStore, table: str, operations: Sequence[Operation]) -> list[str | None]:
    raise AssertionError(f"a command that only looks wrote {operations} into {table}")


def tables_of(path: str) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return [str(name) for (name,) in file.execute("SELECT DISTINCT name FROM rows")]


def test_the_history_of_a_deployed_collector_is_told_and_judged_anew(deployed: Shell) -> None:
    said = {}
    for options in (["--history"], ["--simulate", "strict.toml"], ["--simulate", "patient.toml"]):
        status, out, err = deployed("health", *options, "--azure", "--json")
        assert (status, err) == (0, "")
        said[options[-1]] = json_lines(out)
        assert said[options[-1]] == json_lines(deployed("health", *options, "--store", "s.db", "--json")[1])
    assert {one["finding"] for one in said["--history"]} == {"silent"}
    assert [one["change"] for one in said["strict.toml"]][:2] == ["opened", "recovered"]
    assert said["patient.toml"] == []


def test_its_sources_and_techniques_are_shown_under_its_own_declarations_or_others(deployed: Shell) -> None:
    (source,) = json_lines(deployed("health", "--azure", "--json")[1])
    assert (source["source"], source["records_24h"]) == ("entra.audit", 80)
    (strict,) = json_lines(deployed("health", "--azure", "--settings", "strict.toml", "--json")[1])
    assert (strict["state"], strict["allowed_gap_seconds"]) == ("silent", 900.0)
    assert "1 sources, 1 in trouble; as of" in deployed("health", "--azure", "--settings", "strict.toml")[2]
    for settings, state in (([], "covered"), (["--settings", "strict.toml"], "blind")):
        out = deployed("coverage", "--azure", "--json", *settings)[1]
        assert {line["technique"]: line["state"] for line in json_lines(out)}["T1098.001"] == state


@pytest.mark.parametrize(
    "command",
    [["health"], ["health", "--history"], ["health", "--simulate", "s.toml"], ["coverage"], ["redrive"]],
)
def test_two_stores_and_settings_that_are_missing_are_one_line(
    telltale: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    Path("s.toml").write_text(SILENCE)
    telltale("replay", written("a.jsonl", AUDIT), "--store", "s.db")
    assert one_line(telltale(*command, "--azure", "--store", "s.db")) == (
        "telltale: --azure and --store name two stores; use only one of them"
    )
    for name in ("TELLTALE_HUB_NAME", "TELLTALE_TABLES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    said = "telltale: --azure reads the function app's settings from the environment: "
    assert one_line(telltale(*command, "--azure")).startswith(said + "TELLTALE_HUB_NAME is missing")
    monkeypatch.setenv("TELLTALE_HUB_NAME", "hub")
    assert one_line(telltale(*command, "--azure")).startswith(said + "TELLTALE_TABLES_ENDPOINT is missing")
