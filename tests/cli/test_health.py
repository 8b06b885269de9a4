"""`telltale health` beside the sources: hub partitions, log settings, who knows of a trouble, and what it blinds."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.state import remember_time
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.storage import SqliteStore
from shared.storage.owners import Owners
from shared.upkeep.canary.canary_watch import CanaryReport, CanaryWatch
from shared.upkeep.canary.journey import PartitionHealth
from shared.upkeep.log_settings._compare import Difference, Lack
from shared.upkeep.log_settings.deployed import Deployed
from shared.upkeep.log_settings.log_settings_watch import (
    DesiredLogSettings,
    KnownDifference,
    LogSettingsReport,
    LogSettingsWatch,
)
from tests.cli.test_command_line import AUDIT, Shell, json_lines, written

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
VAULT = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/r/providers/Microsoft.KeyVault/vaults/v1"
DECLARED = """
[[expected_sources]]
source = "entra.audit"
interval = "15m"

[[change_windows]]
name = "move [red]"
start = 2026-03-10T08:00:00Z
end = 2026-03-10T11:30:00Z

[[log_settings.resources]]
resource_type = "Microsoft.KeyVault/vaults"
categories = ["AuditEvent"]
"""


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A store as of ten, with a source that is silent, a partition that is stuck, and a vault without a setting."""
    monkeypatch.chdir(tmp_path)
    shell = Shell(capsysbinary)
    Path("mine.toml").write_text(DECLARED)
    shell("replay", written("a.jsonl", AUDIT), "--store", "s.db", "--settings", "mine.toml")
    with closing(SqliteStore("s.db")) as store:
        remember_time(store, NOW)
        stuck = PartitionHealth(
            "telemetry", "3", None, None, 1234, timedelta(hours=2), "1234 messages wait\x1b[2J"
        )
        CanaryWatch(store, (), Heartbeats(store, Owners(store)), "contoso").keep(
            CanaryReport((stuck,), (), ()), NOW
        )
        vault = Difference(
            Lack.NOT_CONFIGURED, VAULT, "AuditEvent", "Microsoft.KeyVault/vaults", "it has [no] setting"
        )
        known = KnownDifference(vault, NOW - timedelta(hours=1), 1, open=True)
        over = KnownDifference(Difference(Lack.SHORT_LIVED, "t", "", "", "kept 30 days"), NOW, 2, open=False)
        watch = LogSettingsWatch(store, DesiredLogSettings(), Deployed(), lambda _: (), "contoso")
        watch.keep(LogSettingsReport((vault,), (known, over), ()), NOW)
    return shell


def test_lines_of_json_say_what_they_are(telltale: Shell) -> None:
    status, out, err = telltale("health", "--json", "--all", "--store", "s.db", "--settings", "mine.toml")
    assert (status, err) == (0, "")
    source, partition, setting = json_lines(out)
    assert (source["what"], source["source"], source["state"]) == ("source", "entra.audit", "silent")
    assert source["quiet"] == [
        {"reason": "maintenance", "by": "move [red]", "until": "2026-03-10T11:30:00.000000Z"}
    ]
    assert "T1098.001" in source["blind_techniques"]
    assert (partition["what"], partition["state"], partition["unprocessed"], partition["behind_seconds"]) == (
        "partition", "not processed", 1234, 7200.0,
    )  # fmt: skip
    assert (setting["what"], setting["difference"], setting["subject"]) == (
        "log settings",
        "not_configured",
        VAULT,
    )


def test_without_more_there_is_a_line_for_each_source_and_no_other(telltale: Shell) -> None:
    (source,) = json_lines(telltale("health", "--json", "--store", "s.db", "--settings", "mine.toml")[1])
    assert source["source"] == "entra.audit"


def test_tables_show_the_same_and_nothing_of_it_is_taken_for_markup(telltale: Shell) -> None:
    status, out, err = telltale("health", "--store", "s.db", "--settings", "mine.toml")
    assert status == 0
    assert "1 sources, 1 in trouble" in err
    text = " ".join(out.split())
    assert "\x1b" not in out
    for shown in (
        "maintenance: move [red]",
        "blinds",
        "entra.application_owner_added",
        "Hub partitions",
        "not processed: 1234 messages",
        "1,234",
        "2 h",
    ):
        assert shown in text, out
    for shown in ("Log settings that are not as declared", "Not logged", "vaults/v1", "it has [no] setting"):
        assert shown in text, out
    assert "kept 30 days" not in text


def test_without_declared_log_settings_and_canaries_there_are_sources_only(telltale: Shell) -> None:
    telltale("replay", written("b.jsonl", AUDIT), "--store", "other.db")
    out = telltale("health", "--store", "other.db")[1]
    assert "entra.audit" in out
    assert "Hub partitions" not in out
    assert "Log settings" not in out
