"""`telltale check` from end to end: all is well, and one fault at a time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.checking.outcome import NAMES
from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_rules import Refusal
from lab.parts.azurite import AzuriteTables
from lab.parts.event_hub import EventHubStandIn
from lab.parts.node import PartMissing
from shared.base.clock import SystemClock
from tests.cli.deployed import RULE, WORKSPACE, LocalWorkspace, Running, settings
from tests.cli.shell import Shell, json_lines, one_line

Lines = dict[str, dict[str, str | None]]


@pytest.fixture(scope="module")
def tables() -> Iterator[AzuriteTables]:
    """Tables of this module alone: the canary's rows are told apart by hub and partition only."""
    try:
        running = AzuriteTables().__enter__()
    except PartMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def endpoint() -> Iterator[IngestionEndpoint]:
    with IngestionEndpoint(rule_id=RULE) as endpoint:
        yield endpoint


@pytest.fixture
def workspace(endpoint: IngestionEndpoint) -> Iterator[LocalWorkspace]:
    workspace = LocalWorkspace(endpoint)
    yield workspace
    workspace.close()


@pytest.fixture
def deployed(
    event_hub: EventHubStandIn,
    tables: AzuriteTables,
    endpoint: IngestionEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> pytest.MonkeyPatch:
    """The environment says where everything is; nothing processes yet."""
    for name in [
        name for name in os.environ if name.startswith("TELLTALE_") and name != "TELLTALE_REQUIRE_ALL"
    ]:
        monkeypatch.delenv(name)
    for name, value in settings(event_hub, tables, endpoint).items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def check(telltale: Shell, *arguments: str, wait: str = "20s") -> tuple[int, Lines]:
    """The exit status, and the gravest line of each check."""
    status, out, err = telltale("check", "--json", "--wait", wait, *arguments)
    lines = json_lines(out)
    assert {line["check"] for line in lines} == set(NAMES), err
    order = ["ok", "not checked", "wrong"]
    return status, {
        line["check"]: line for line in sorted(lines, key=lambda line: order.index(line["state"]))
    }


def the_only_fault(lines: Lines) -> dict[str, str | None]:
    wrong = [line for line in lines.values() if line["state"] == "wrong"]
    assert len(wrong) == 1, wrong
    return wrong[0]


def test_all_is_well_from_the_settings_to_the_row_in_the_workspace(
    telltale: Shell,
    deployed: pytest.MonkeyPatch,
    event_hub: EventHubStandIn,
    tables: AzuriteTables,
    endpoint: IngestionEndpoint,
    workspace: LocalWorkspace,
) -> None:
    with Running(event_hub, tables):
        status, lines = check(telltale, "--workspace", WORKSPACE, "--query-endpoint", workspace.url)
    assert status == 0, lines
    assert [name for name, line in lines.items() if line["state"] != "ok"] == ["roles"]
    assert "--app" in str(lines["roles"]["repair"])
    [row] = endpoint.rows()
    assert (row["RowKind"], row["Customer"]) == ("Check", "contoso")
    assert "all 4 partitions" in str(lines["canary"]["detail"])


def test_a_missing_role_is_said_with_the_command_that_gives_it(
    telltale: Shell,
    deployed: pytest.MonkeyPatch,
    event_hub: EventHubStandIn,
    tables: AzuriteTables,
    endpoint: IngestionEndpoint,
) -> None:
    endpoint.fault = lambda _: Refusal(403, "OperationFailed", "The authentication token has no access")
    with Running(event_hub, tables):
        status, lines = check(telltale)
    fault = the_only_fault(lines)
    assert (status, fault["check"]) == (1, "ingestion")
    assert "403" in str(fault["detail"])
    assert str(fault["repair"]).startswith("az role assignment create --role 'Monitoring Metrics Publisher'")
    assert lines["row"]["state"] == "not checked"


def test_a_wrong_rule_is_said_with_the_setting_to_correct(
    telltale: Shell, deployed: pytest.MonkeyPatch, event_hub: EventHubStandIn, tables: AzuriteTables
) -> None:
    deployed.setenv("TELLTALE_DCR_IMMUTABLE_ID", "dcr-" + "f" * 32)
    with Running(event_hub, tables):
        status, lines = check(telltale)
    fault = the_only_fault(lines)
    assert (status, fault["check"]) == (1, "ingestion")
    assert "404" in str(fault["detail"])
    assert "TELLTALE_DCR_IMMUTABLE_ID=" in str(fault["repair"])


def test_a_hub_that_is_not_there_is_said_with_the_command_that_makes_it(
    telltale: Shell, deployed: pytest.MonkeyPatch
) -> None:
    deployed.setenv("TELLTALE_HUB_NAME", "telemetri")
    status, lines = check(telltale)
    fault = the_only_fault(lines)
    assert (status, fault["check"]) == (1, "hub")
    assert "Status code: 404" in str(fault["detail"])
    assert "eventhub create" in str(fault["repair"])
    assert "--name telemetri --partition-count 4" in str(fault["repair"])
    assert lines["canary"]["state"] == "not checked"


def test_another_number_of_partitions_is_said_with_the_right_one(
    telltale: Shell, deployed: pytest.MonkeyPatch, event_hub: EventHubStandIn, tables: AzuriteTables
) -> None:
    deployed.setenv("TELLTALE_HUB_PARTITIONS", "8")
    with Running(event_hub, tables):
        lines = check(telltale)[1]
    fault = the_only_fault(lines)
    assert fault["check"] == "hub"
    assert fault["repair"] == "export TELLTALE_HUB_PARTITIONS=4"


def test_a_collector_that_does_not_run_leaves_the_canary_in_the_hub(
    telltale: Shell, deployed: pytest.MonkeyPatch
) -> None:
    status, lines = check(telltale, wait="1s")
    fault = the_only_fault(lines)
    assert (status, fault["check"]) == (1, "canary")
    assert "not out of partition 0, 1, 2, 3 within 1 s" in str(fault["detail"])


@pytest.mark.parametrize(("minutes", "where"), [(10, "ahead of"), (-10, "behind")])
def test_a_clock_that_is_wrong_is_told_from_the_hubs(
    telltale: Shell,
    deployed: pytest.MonkeyPatch,
    event_hub: EventHubStandIn,
    tables: AzuriteTables,
    minutes: int,
    where: str,
) -> None:
    def skewed(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    with Running(event_hub, tables):
        deployed.setattr("cli.commands.check.SystemClock.now", skewed)
        _, lines = check(telltale)
    fault = the_only_fault(lines)
    assert fault["check"] == "clock"
    found = re.fullmatch(rf"this machine's clock is (\d+) s {where} the hub's", str(fault["detail"]))
    assert found is not None, fault
    assert 540 <= int(found[1]) <= 600  # what lies between sending and the hub's answer cannot be told apart


def test_a_row_that_was_accepted_and_never_arrived_is_no_success(
    telltale: Shell,
    deployed: pytest.MonkeyPatch,
    event_hub: EventHubStandIn,
    tables: AzuriteTables,
    workspace: LocalWorkspace,
) -> None:
    workspace.late = True
    with Running(event_hub, tables):
        status, lines = check(
            telltale, "--workspace", WORKSPACE, "--query-endpoint", workspace.url, wait="3s"
        )
    fault = the_only_fault(lines)
    assert (status, fault["check"]) == (1, "row")
    assert "accepted" in str(fault["detail"])


def test_tables_that_do_not_answer_are_named(telltale: Shell, deployed: pytest.MonkeyPatch) -> None:
    deployed.setenv("TELLTALE_TABLES_ENDPOINT", "http://127.0.0.1:9/devstoreaccount1")
    fault = the_only_fault(check(telltale)[1])
    assert fault["check"] == "store"
    assert "127.0.0.1:9" in str(fault["detail"])


def test_each_wrong_setting_is_a_line_and_nothing_else_is_tried(
    telltale: Shell, deployed: pytest.MonkeyPatch, event_hub: EventHubStandIn
) -> None:
    deployed.setenv("TELLTALE_CUSTOMER", "con toso")
    deployed.delenv("TELLTALE_CONSUMER_GROUP")
    status, out, _ = telltale("check", "--json")
    wrong = [line for line in json_lines(out) if line["state"] == "wrong"]
    assert status == 1
    assert [line["detail"].split()[0].rstrip(":") for line in wrong] == [
        "TELLTALE_CUSTOMER",
        "TELLTALE_CONSUMER_GROUP",
    ]
    assert wrong[1]["repair"] == "export TELLTALE_CONSUMER_GROUP=telltale"
    assert event_hub.events() == []


def test_wrong_declarations_are_named_with_their_line(telltale: Shell, deployed: pytest.MonkeyPatch) -> None:
    Path("mine.toml").write_text('\n[silence]\nafterr = "5m"\n')
    lines = check(telltale, "--settings", "mine.toml")[1]
    assert "mine.toml:3:" in str(lines["settings"]["detail"])


def test_people_get_a_table_without_markup_from_outside(
    telltale: Shell, deployed: pytest.MonkeyPatch
) -> None:
    deployed.setenv("TELLTALE_CUSTOMMER", "x")
    status, out, err = telltale("check")
    assert status == 1
    assert "TELLTALE_CUSTOMMER is not a setting; did you mean TELLTALE_CUSTOMER?" in out
    assert "repair" in out
    assert err.splitlines()[-1] == "0 ok, 1 wrong, 8 not checked"


@pytest.mark.parametrize(("option", "value"), [("--wait", "soon"), ("--workspace", "x|y")])
def test_bad_usage_is_one_line(telltale: Shell, option: str, value: str) -> None:
    assert option in one_line(telltale("check", option, value))
