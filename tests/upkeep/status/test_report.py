"""The status report as a page and as JSON."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shared.base.version import VERSION
from shared.coverage.blinding import Blinded
from shared.delivery.outbox_rows import Recent
from shared.heartbeat.entity import Entity
from shared.heartbeat.source_watch import HEALTHY, SILENT, SourceState
from shared.upkeep.canary.canary_watch import PartitionState
from shared.upkeep.detector_health import DetectorTrouble
from shared.upkeep.log_settings._compare import Difference, Lack
from shared.upkeep.log_settings.log_settings_watch import KnownDifference
from shared.upkeep.status import StatusReport
from shared.upkeep.status.display import ago, clock_time, short, span
from shared.upkeep.status.notes import Quiet, SourceNote
from shared.upkeep.status.page import MOST_SOURCES, render

NOW = datetime(2026, 3, 10, 10, 10, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&\u202e\x1b[31m{{ 7*7 }}"
VAULT = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/r/providers/Microsoft.KeyVault/vaults/v"
QUIET = StatusReport("contoso", NOW, (), (), 0, 0, {}, 12, 1, ())


def source(state: str = HEALTHY, name: str = "azure.keyvault", tenant: str = "t1") -> SourceState:
    seen = NOW - timedelta(minutes=20)
    return SourceState(
        Entity(name, tenant, "AuditEvent"), state, seen, seen, seen, seen, 1241, 61.0, timedelta(minutes=10)
    )


def alert(name: str = "An alert", status: str = "delivered", reason: str = "") -> Recent:
    return Recent("u1", name, "identity.rule", "High", status, "2026-03-10T09:00:00.000000Z", "", reason)


def partition(
    trouble: str = "", unprocessed: int | None = 0, sent: datetime = NOW, hub: str = "telemetry"
) -> PartitionState:
    took, behind = timedelta(seconds=2.5), timedelta(minutes=20 if trouble else 0)
    return PartitionState(hub, "0", sent, took, behind, unprocessed, trouble, NOW - timedelta(minutes=30))


def difference(lack: Lack, text: str = "AuditEvent") -> KnownDifference:
    return KnownDifference(
        Difference(lack, f"{VAULT}{text}", text, text, text), NOW - timedelta(hours=1), 1, open=True
    )


def noted(text: str) -> SourceNote:
    return SourceNote((Quiet("acknowledged", text, NOW),), Blinded((text,), (), (text,), ()))


class Tags(HTMLParser):
    """The tags and links of a page; refuses what is not closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "style"}]


def test_a_quiet_collector_says_that_all_is_well() -> None:
    assert QUIET.attention == ()
    assert "All is well" in render(QUIET)


def test_what_needs_a_person_stands_first() -> None:
    report = replace(
        QUIET,
        sources=(source(SILENT),),
        pending=2,
        dead=1,
        troubles=(DetectorTrouble("a.b", 3, NOW, "KeyError: 'x'"),),
    )
    assert report.attention == (
        "1 telemetry source in trouble",
        "1 alert refused by Sentinel",
        "2 alerts waiting for delivery",
        "1 detector with errors",
    )
    page = render(report)
    assert all(line in page for line in report.attention)


def test_hub_partitions_say_how_far_they_are_and_what_is_wrong() -> None:
    stuck = partition("9 messages wait; the newest processed is 20 minutes old", 9)
    late = partition(sent=NOW - timedelta(minutes=16), unprocessed=None)
    report = replace(QUIET, partitions=(stuck, late, partition()))
    assert report.attention == ("2 hub partitions not known to be processed",)
    page = render(report)
    assert "9 messages wait; the newest processed is 20 minutes old, since 09:40:00" in page
    values = json.loads(report.to_json())["partitions"]
    assert [(one["state"], one["unprocessed"], one["behind_seconds"]) for one in values] == [
        ("not processed", 9, 1200.0),
        ("no canary", None, 0.0),
        ("processed", 0, 0.0),
    ]
    assert values[0] | {"trouble": ""} == {
        "hub": "telemetry",
        "partition": "0",
        "state": "not processed",
        "since": "2026-03-10T09:40:00.000000Z",
        "trouble": "",
        "last_canary": "2026-03-10T10:10:00.000000Z",
        "canary_seconds": 2.5,
        "behind_seconds": 1200.0,
        "unprocessed": 9,
    }


def test_log_settings_that_are_not_as_declared_are_named_and_what_nobody_declared_is_no_alarm() -> None:
    report = replace(QUIET, differences=(difference(Lack.NOT_CONFIGURED), difference(Lack.NOT_EXPECTED)))
    assert report.attention == ("1 difference of log settings from what is declared",)
    assert "Not logged" in render(report)
    assert "vaults/vAuditEvent" in render(report)
    values = json.loads(report.to_json())["log_settings"]
    assert [(one["difference"], one["since"]) for one in values] == [
        ("not_configured", "2026-03-10T09:10:00.000000Z"),
        ("not_expected", "2026-03-10T09:10:00.000000Z"),
    ]
    assert "as declared" in render(replace(QUIET, differences=()))
    assert "none are compared" in render(QUIET)
    assert json.loads(QUIET.to_json())["log_settings"] is None


@pytest.mark.parametrize(
    "report",
    [
        replace(QUIET, customer=HOSTILE),
        replace(QUIET, sources=(source(name=HOSTILE, tenant=HOSTILE),)),
        replace(QUIET, alerts=(alert(HOSTILE, HOSTILE, HOSTILE),)),
        replace(QUIET, dead_letters={HOSTILE: 1}),
        replace(QUIET, troubles=(DetectorTrouble(HOSTILE, 1, NOW, HOSTILE),)),
        replace(QUIET, partitions=(partition(trouble=HOSTILE, hub=HOSTILE),)),
        replace(QUIET, differences=(difference(Lack.NOT_CONFIGURED, HOSTILE),)),
        replace(QUIET, sources=(source(SILENT),), notes={source().entity: noted(HOSTILE)}),
    ],
)
def test_nothing_from_telemetry_becomes_part_of_the_page(report: StatusReport) -> None:
    page = render(report)
    assert Tags(page).tags.count("script") == 0
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "\x1b" not in page


def test_the_page_takes_nothing_from_elsewhere() -> None:
    tags = Tags(render(replace(QUIET, sources=(source(),), alerts=(alert(),))))
    assert set(tags.links) == {"status.json"}
    assert not {"script", "img", "link", "iframe", "object"} & set(tags.tags)


def test_the_page_stays_short_and_names_those_in_trouble() -> None:
    many = tuple(source(tenant=f"t{number}") for number in range(MOST_SOURCES + 5))
    page = render(replace(QUIET, sources=many))
    assert page.count('data-label="State"') == MOST_SOURCES
    assert "5 more sources" in page


def test_the_json_says_the_same_and_all_of_it() -> None:
    report = replace(QUIET, sources=(source(SILENT),), alerts=(alert(HOSTILE),), dead_letters={"empty": 3})
    document = json.loads(report.to_json())
    assert document["customer"] == "contoso"
    assert document["time"] == "2026-03-10T10:10:00.000000Z"
    assert document["sources"][0] == {
        "source": "azure.keyvault",
        "tenant": "t1",
        "category": "AuditEvent",
        "state": "silent",
        "since": "2026-03-10T09:50:00.000000Z",
        "first_seen": "2026-03-10T09:50:00.000000Z",
        "last_seen": "2026-03-10T09:50:00.000000Z",
        "last_event": "2026-03-10T09:50:00.000000Z",
        "lag_seconds": 61.0,
        "records_24h": 1241,
        "allowed_gap_seconds": 600.0,
        "reporters": 0,
        "dimension": None,
        "findings": [],
        "quiet": [],
        "blind_detectors": [],
        "degraded_detectors": [],
        "blind_techniques": [],
        "degraded_techniques": [],
    }
    assert document["alerts"][0]["name"] == HOSTILE
    assert document["dead_letters"] == [{"reason": "empty", "count": 3}]
    assert document["outbox"] == {"pending": 0, "dead": 0}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (3_900, "1 h 5 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_spans_read_as_people_say_them(seconds: float, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_moments_are_told_from_now() -> None:
    assert ago(None, NOW) == clock_time(None, NOW) == "never"
    assert ago(NOW, NOW) == "just now"
    assert ago(NOW - timedelta(minutes=3), NOW) == "3 min ago"
    assert clock_time(NOW - timedelta(hours=1), NOW) == "09:10:00"
    assert clock_time(NOW - timedelta(days=1), NOW) == "2026-03-09 10:10:00"


def test_long_ids_are_cut_to_what_tells_them_apart() -> None:
    subscription = "/subscriptions/7e659b58-a147-4ab8-ac8d-a1df2ddae7b5"
    vault = f"{subscription}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1"
    assert short(f"changed {vault}: twice") == "changed vaults/kv-1: twice"
    assert short("by 7e659b58-a147-4ab8-ac8d-a1df2ddae7b5") == "by 7e659b58…"
    assert short("emre@quayside.example") == "emre@quayside.example"


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
