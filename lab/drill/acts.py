"""The three ways in which a region is lost, from the mildest to the worst, and what must be there afterwards."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lab.azure.ingestion import RULE_ID, IngestionEndpoint
from lab.chaos.kinds import ALL, permission_changed
from lab.chaos.kinds.kind import BEGIN, SPAN_MINUTES, Kind
from lab.chaos.oracle import expected_of
from lab.chaos.traffic import HUB, Logs, logs_of, written
from lab.chaos.worker import Setup
from lab.drill.region import Log, cut_off, emptied, region, replicate

PARTITIONS: Final = 4
REPLICATED: Final = (0.35, 0.6)
"""Share of the hub's messages that was read when storage was last replicated: the older and the newer of its tables."""
LOST: Final = 0.8
"""When it is gone. From the first replication on it did not reach the workspace: nothing of that was delivered."""
_NEWER: Final = ("windows", "heartbeats")
_DERIVED: Final = ("windows",)
"""What a replica must not bring along: it says which alerts are in the outbox, which may be older."""
_SETTLING: Final = ("watch_windows", "watch_windows", *("deliver",) * 12)
_SINGLE: Final = (permission_changed.KIND,)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act came to.

    acknowledged: messages that the lost region had acknowledged; replayed: messages read in the other one. missing: at
    the moment of loss, alerts of acknowledged records that the workspace did not have. lost: those that it does not
    have in the end. copies: rows that arrived more than once under one id. twice: alerts under more than one id.
    """

    title: str
    acknowledged: int
    replayed: int
    expected: int
    missing: int
    lost: tuple[str, ...]
    copies: int
    twice: int

    @property
    def held(self) -> bool:
        """Whether nothing was lost, and nothing stands twice under different ids."""
        return not self.lost and not self.twice


class Stage:
    """What every act plays on: logs, the bodies in a file, and the endpoint of the workspace."""

    def __init__(
        self, seed: str, records: int, kinds: Sequence[Kind], folder: Path, workspace: IngestionEndpoint
    ) -> None:
        self.folder = folder
        self._workspace = workspace
        self._kinds = {kind.detector for kind in kinds}
        self.logs: Logs = logs_of(seed, records, PARTITIONS, 20, kinds)
        self.log: Log = written(self.logs, folder / "bodies")
        begin = BEGIN.timestamp() + (SPAN_MINUTES + 1) * 60
        self.setup = Setup("", 0, workspace.port, RULE_ID, str(folder / "bodies"), PARTITIONS, begin)

    def lost_region(self) -> tuple[dict[str, int], int]:
        """Plays the region that is lost: its last checkpoint, and how many alerts were missing then."""
        store, replica = self.folder / "first.db", self.folder / "replica.db"
        with region(self.setup, store, HUB, self.log) as first:
            first.read(REPLICATED[0])
            replicate(store, replica)
            reached = first.acknowledged
        with region(cut_off(self.setup), store, HUB, self.log, acknowledged=reached) as first:
            first.read(REPLICATED[1])
            first.fire(("watch_windows",))
            replicate(store, replica, tables=_NEWER)
            first.read(LOST)
            first.begin()
            first.lose()
            acknowledged = dict(first.acknowledged)
        taken = {name: messages[: acknowledged[name]] for name, messages in self.logs.items()}
        return acknowledged, sum((self._expected(taken) - self._arrived()).values())

    def outcome(self, title: str, acknowledged: int, replayed: int, missing: int) -> Outcome:
        """Compares what arrived in the workspace with what must have."""
        expected, arrived = self._expected(self.logs), self._arrived()
        rows = Counter(str(row["EventUid"]) for row in self._rows())
        return Outcome(
            title,
            acknowledged,
            replayed,
            expected.total(),
            missing,
            tuple(f"{rule}: {name}" for rule, name in (expected - arrived).elements()),
            rows.total() - len(rows),
            (arrived - expected).total(),
        )

    def _expected(self, logs: Logs) -> Counter[tuple[str, str]]:
        alerts = expected_of(logs).alerts
        return Counter({alert: number for alert, number in alerts.items() if alert[0] in self._kinds})

    def _rows(self) -> list[dict[str, object]]:
        return [row for row in self._workspace.rows() if row.get("RuleName") in self._kinds]

    def _arrived(self) -> Counter[tuple[str, str]]:
        """Alerts by detector and name, each id once, as the parser in the workspace reads them."""
        once = {str(row["EventUid"]): row for row in self._rows()}
        return Counter((str(row["RuleName"]), str(row["AlertName"]).casefold()) for row in once.values())


def storage_survives(stage: Stage) -> Outcome:
    """The other region has the replica, some minutes old, and reads all that the hub holds.

    Not from the replica's checkpoint, and without its windows: each may be newer than the table beside it, and what
    lies between would be taken for done.
    """
    acknowledged, missing = stage.lost_region()
    replica = emptied(stage.folder / "replica.db", _DERIVED)
    with region(stage.setup, replica, HUB, stage.log) as second:
        replayed = second.read(1.0)
        second.fire(_SETTLING)
    title = "storage replicated some minutes late, hub reachable"
    return stage.outcome(title, sum(acknowledged.values()), replayed, missing)


def storage_is_lost(stage: Stage) -> Outcome:
    """The other region begins with nothing, and reads all that the hub holds."""
    acknowledged, missing = stage.lost_region()
    with region(stage.setup, stage.folder / "second.db", HUB, stage.log) as second:
        replayed = second.read(1.0)
        second.fire(_SETTLING)
    return stage.outcome("storage lost, hub reachable", sum(acknowledged.values()), replayed, missing)


def hub_is_out_of_reach(stage: Stage) -> Outcome:
    """Senders move to a hub of the other region. When the lost one is back, its app ends what it had."""
    acknowledged, missing = stage.lost_region()
    rest = {name: places[acknowledged[name] :] for name, places in stage.log.items()}
    with region(stage.setup, stage.folder / "second.db", f"{HUB}-second", rest) as second:
        replayed = second.read(1.0)
        second.fire(_SETTLING)
    old = {name: places[: acknowledged[name]] for name, places in stage.log.items()}
    with region(stage.setup, stage.folder / "first.db", HUB, old, acknowledged=acknowledged) as first:
        first.fire(_SETTLING)
    return stage.outcome("hub out of reach, then back", sum(acknowledged.values()), replayed, missing)


ACTS: Final[tuple[tuple[Callable[[Stage], Outcome], Sequence[Kind]], ...]] = (
    (storage_survives, ALL),
    (storage_is_lost, ALL),
    (hub_is_out_of_reach, _SINGLE),  # a window over both hubs is counted by neither
)


def drill(seed: str, records: int) -> Iterable[Outcome]:
    """Plays each act on a stage of its own."""
    for act, kinds in ACTS:
        with tempfile.TemporaryDirectory() as folder, IngestionEndpoint() as workspace:
            yield act(Stage(f"{seed}/{act.__name__}", records, kinds, Path(folder), workspace))
