"""`telltale redrive`, as people and scripts meet it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from functions import detectors
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection.discovery import discover
from shared.events.registry import registry
from shared.storage import SqliteStore
from shared.upkeep.dead_letters import DeadLetter
from tests.alerts.examples import example
from tests.cli.test_command_line import AUDIT, Shell, json_lines, one_line

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def opened() -> Collector:
    return Collector(
        store=SqliteStore("s.db"), clock=VirtualClock(NOW), detectors=discover(detectors), registry=registry()
    )


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A store with two letters, of which one can be read, and alerts that were refused and that wait."""
    monkeypatch.chdir(tmp_path)
    with closing(opened()) as collector:
        collector.dead_letters.keep(
            [
                DeadLetter("hub", "0", 1, 0, NOW, "could not be processed: KeyError", orjson.dumps(AUDIT)),
                DeadLetter("hub", "0", 2, 0, NOW, "no JSON [red]\x1b[2J", b"{oops"),
            ]
        )
        collector.outbox.add([example(1), example(2)])
        first, second = collector.outbox.claim_added(2)
        collector.outbox.dead(first, "the stream has no such column")
        collector.outbox.failed([second], "503")
    return Shell(capsysbinary)


def test_a_dry_run_shows_and_changes_nothing(telltale: Shell) -> None:
    before = Path("s.db").read_bytes()
    status, out, err = telltale(
        "redrive", "letters", "refused", "waiting", "--dry-run", "--json", "--store", "s.db"
    )
    assert status == 0
    assert [(one["what"], one["outcome"]) for one in json_lines(out)] == [
        ("letter", "would be tried"),
        ("letter", "would be tried"),
        ("refused alert", "would be sent"),
        ("waiting alert", "would be sent"),
    ]
    assert err.strip().endswith("nothing was changed")
    assert Path("s.db").read_bytes() == before


def test_letters_are_read_and_refused_alerts_sent_next(telltale: Shell) -> None:
    status, out, err = telltale("redrive", "--json", "--store", "s.db")
    assert status == 0
    found = json_lines(out)
    assert [(one["what"], one["outcome"]) for one in found] == [
        ("letter", "read"),
        ("letter", "still unreadable"),
        ("refused alert", "sent next"),
    ]
    assert "1 letters read, 1 letters still unreadable, 1 refused alerts sent next" in err
    with closing(opened()) as collector:
        assert collector.dead_letters.count() == 1
        assert collector.outbox.dead_count() == 0
        assert {entry.rule for entry in collector.outbox.pending()} >= {"service_principal_credential_added"}
    again = json_lines(telltale("redrive", "--json", "--store", "s.db")[1])
    assert [one["outcome"] for one in again] == ["still unreadable"]


def test_alerts_that_wait_are_sent_at_once(telltale: Shell) -> None:
    telltale("redrive", "waiting", "--about", "credential", "--store", "s.db")

    with closing(opened()) as collector:
        (due,) = collector.outbox.claim_due(5)
        assert due.attempts == 0


def test_where_nobody_watches_only_the_summary_is_noted(telltale: Shell) -> None:
    status, _, err = telltale("redrive", "--store", "s.db")
    assert status == 0
    assert len(err.splitlines()) == 1


def test_filters_choose_and_the_table_shows_no_escapes(telltale: Shell) -> None:
    status, out, err = telltale("redrive", "letters", "--reason", "no json", "--dry-run", "--store", "s.db")
    assert status == 0
    assert "no JSON [red]" in out
    assert "\x1b" not in out
    assert "1 letters would be tried" in err
    assert (
        "nothing that was set aside fits"
        in telltale("redrive", "--since", "2026-03-11", "--store", "s.db")[2]
    )


def test_letters_are_discarded_as_far_as_the_filter_reaches(telltale: Shell) -> None:
    chosen = ("redrive", "letters", "--discard", "--reason", "no json", "--json", "--store", "s.db")
    before = Path("s.db").read_bytes()
    status, out, err = telltale(*chosen, "--dry-run")
    assert status == 0
    assert [(one["sequence_number"], one["outcome"]) for one in json_lines(out)] == [
        (2, "would be discarded")
    ]
    assert err.strip() == "1 letters would be discarded; nothing was changed"
    assert Path("s.db").read_bytes() == before

    _, out, err = telltale(*chosen)
    assert [(one["sequence_number"], one["outcome"]) for one in json_lines(out)] == [(2, "discarded")]
    assert err.strip() == "1 letters discarded"
    with closing(opened()) as collector:
        assert [letter.sequence_number for letter in collector.dead_letters.read()] == [1]
        assert collector.outbox.dead_count() == 1
    assert telltale(*chosen)[2].strip() == "nothing that was set aside fits"


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--all"], []),
        (["--all", "--limit", "1"], [2]),
        (["--about", "hub"], []),
        (["--about", "other"], [1, 2]),
        (["--since", "2026-03-10T12:00:00Z"], []),
        (["--until", "2026-03-10T12:00:00Z"], [1, 2]),
    ],
)
def test_each_filter_and_all_say_what_is_discarded(
    telltale: Shell, options: list[str], left: list[int]
) -> None:
    assert telltale("redrive", "letters", "--discard", *options, "--store", "s.db")[0] == 0
    with closing(opened()) as collector:
        assert [letter.sequence_number for letter in collector.dead_letters.read()] == left
        assert list(collector.store.query("deadletters")) == [] or left
        assert len(collector.outbox.recent()) == 2  # nothing was read, so nothing was raised


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["letters", "--discard"],
            "--discard needs a filter (--reason, --about, --since, --until), or --all for every letter",
        ),
        (
            ["letters", "--discard", "--limit", "5"],
            "--discard needs a filter (--reason, --about, --since, --until), or --all for every letter",
        ),
        (
            ["letters", "--discard", "--all", "--reason", "x"],
            "--all and a filter contradict each other; use only one of them",
        ),
        (
            ["--discard", "--all"],
            "--discard deletes dead letters only; write: telltale redrive letters --discard",
        ),
        (
            ["letters", "refused", "--discard", "--all"],
            "--discard deletes dead letters only; write: telltale redrive letters --discard",
        ),
        (["--all"], "--all belongs to --discard; without a filter, redrive takes up everything anyway"),
        (["leters"], "redrive leters: unknown; choose from letters, refused, waiting"),
        (["--since", "yesterday"], "--since yesterday: not a time; write it like 2026-11-02T09:00:00Z"),
        (["--azure"], "--azure and --store name two stores; use only one of them"),
    ],
)
def test_a_mistake_is_one_line(telltale: Shell, arguments: list[str], said: str) -> None:
    assert one_line(telltale("redrive", *arguments, "--store", "s.db")) == f"telltale: {said}"
