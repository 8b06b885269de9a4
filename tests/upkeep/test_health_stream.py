"""The workspace hears at each check that the collector lives, and once an hour how its sources are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from shared.delivery.outlet import Reply
from shared.heartbeat.source_episodes import SourceEpisode
from shared.storage import SqliteStore
from shared.upkeep.health_stream import HealthStream
from tests.alerts.test_health_rows import EPISODE, STATE
from tests.detection.probe import START


class Workspace:
    """An outlet that can be down."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.down = False

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        if self.down:
            return Reply(problem="no answer")
        self.kinds += [str(row["RowKind"]) for row in rows]
        return Reply(delivered=frozenset(range(len(rows))))

    def take(self) -> list[str]:
        taken, self.kinds = self.kinds, []
        return taken


class Told:
    def __init__(self) -> None:
        self.workspace = Workspace()
        self.asked: list[datetime] = []
        self.store = SqliteStore(":memory:")
        self.stream = HealthStream(self.store, self.workspace, self._episodes, "contoso")

    def _episodes(self, since: datetime) -> Iterator[SourceEpisode]:
        self.asked.append(since)
        yield EPISODE

    def check(self, minute: float) -> list[str]:
        self.stream.send([STATE], timedelta(), START + timedelta(minutes=minute))
        return self.workspace.take()


@pytest.fixture
def told() -> Told:
    return Told()


def test_the_collector_speaks_at_each_check_and_of_its_sources_once_an_hour(told: Told) -> None:
    assert told.check(0) == ["Collector", "Episode", "Source"]
    assert told.check(5) == ["Collector"]
    assert told.check(55) == ["Collector"]
    assert told.check(60) == ["Collector", "Episode", "Source"]
    assert told.asked[-1] == START  # what ended since the last time


def test_what_the_workspace_did_not_take_is_told_at_the_next_check_that_it_takes(told: Told) -> None:
    told.check(0)
    told.workspace.down = True
    assert [told.check(minute) for minute in (60, 65, 70)] == [[], [], []]
    told.workspace.down = False
    assert told.check(75) == ["Collector", "Episode", "Source"]
    assert told.asked[-1] == START
    assert told.check(80) == ["Collector"]


def test_a_clock_that_was_set_back_does_not_silence_it(told: Told) -> None:
    told.check(600)
    assert told.check(0) == ["Collector", "Episode", "Source"]


def test_without_a_workspace_nothing_is_sent_and_nothing_asked() -> None:
    told = Told()
    alone = HealthStream(told.store, None, told._episodes, "contoso")
    assert alone.send([STATE], timedelta(), START) is None
    assert told.asked == []
