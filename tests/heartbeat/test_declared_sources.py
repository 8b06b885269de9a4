"""A source that is declared without its tenant, and then arrives with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.heartbeat.entity import Entity
from shared.heartbeat.rows import Heartbeats
from shared.heartbeat.tally import Part, Tally
from shared.heartbeat.watch import HEALTHY, NEVER_SEEN, Change, Watch
from shared.storage import SqliteStore
from shared.storage.owners import Owners

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
DECLARED = Entity("azure.keyvault", "", "AuditEvent")
REAL = Entity("azure.keyvault", "t1", "AuditEvent")
GAP = timedelta(minutes=10)


class Watched:
    def __init__(self) -> None:
        store = SqliteStore(":memory:")
        self.heartbeats = Heartbeats(store, Owners(store))
        self.watch = Watch(store, self.heartbeats, lambda _: GAP, [DECLARED])
        self._number = 0

    def speak(self, minute: float) -> None:
        moment = START + timedelta(minutes=minute)
        self._number += 1
        seconds = moment.timestamp()
        tally = Tally({(REAL, int(seconds) // 3600): [Part(self._number, 1, seconds, seconds, seconds)]})
        self.heartbeats.commit("hub|0", tally)

    def look(self, minute: float) -> list[tuple[str, str]]:
        now = START + timedelta(minutes=minute)
        states, changes = self.watch.look(now)
        self.watch.keep(states)
        return [_told(change) for change in changes]


def _told(change: Change) -> tuple[str, str]:
    return change.before.state, change.after.state


def test_it_is_not_said_to_be_missing_once_it_has_arrived() -> None:
    watched = Watched()
    assert watched.look(0) == []
    for minute in range(5, 60, 5):
        watched.speak(minute - 1)
        assert watched.look(minute) == []


def test_it_is_listed_only_as_what_it_turned_out_to_be() -> None:
    watched = Watched()
    watched.look(0)
    watched.speak(4)
    watched.look(5)
    assert list(watched.watch.states()) == [REAL]


def test_it_is_told_when_it_never_came_and_once_when_it_comes_after_all() -> None:
    watched = Watched()
    assert watched.look(0) == []
    assert watched.look(11) == [(HEALTHY, NEVER_SEEN)]
    watched.speak(14)
    assert watched.look(15) == [(NEVER_SEEN, HEALTHY)]
    watched.speak(19)
    assert watched.look(20) == []
