"""A source that is declared without its tenant, and then arrives with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.customer.declarations import Declarations
from shared.events.registry import Registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.entity_policies import Policies
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.source_watch import Watch
from shared.heartbeat.tally import Part, Tally
from shared.storage import SqliteStore
from shared.storage.owners import Owners

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
DECLARATIONS = Declarations.model_validate(
    {"expected_sources": [{"source": "azure.keyvault", "category": "AuditEvent", "interval": "10m"}]}
)
REAL = Entity("azure.keyvault", "t1", "AuditEvent")


class Watched:
    def __init__(self) -> None:
        store = SqliteStore(":memory:")
        self.heartbeats = Heartbeats(store, Owners(store))
        policies = Policies(DECLARATIONS, Registry([]), lambda entity: (0, 0))
        self.watch = Watch(store, self.heartbeats, policies)
        self._number = 0

    def speak(self, minute: float) -> None:
        moment = START + timedelta(minutes=minute)
        self._number += 1
        seconds = moment.timestamp()
        tally = Tally({(REAL, int(seconds) // 3600): [Part(self._number, 1, seconds, seconds, seconds)]})
        self.heartbeats.commit("hub|0", tally)

    def look(self, minute: float) -> list[tuple[str, str]]:
        now = START + timedelta(minutes=minute)
        check = self.watch.check(now)
        self.watch.keep(check)
        return [(one.verdict.finding.kind, one.verdict.change) for one in check.notices]

    def entities(self, minute: float) -> list[Entity]:
        return list(self.watch.look(START + timedelta(minutes=minute)))


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
    assert watched.entities(5) == [REAL]


def test_it_is_told_when_it_never_came_and_once_when_it_comes_after_all() -> None:
    watched = Watched()
    assert watched.look(0) == []
    assert watched.look(11) == [(FindingKind.NEVER_SEEN, Change.OPENED)]
    watched.speak(14)
    assert watched.look(15) == [(FindingKind.NEVER_SEEN, Change.RECOVERED)]
    watched.speak(19)
    assert watched.look(20) == []
