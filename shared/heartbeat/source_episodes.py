"""What was wrong with a source, from when to when: so that "blind from 02:10 to 05:40" can be asked later.

Table `sources`, partition `episodes`: a row for each finding, by when it began. Muted ones are kept as well, since what
raised no alert was blind all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from shared.events.times import rfc3339
from shared.heartbeat.entity import Entity, kind_of
from shared.heartbeat.heartbeat_rows import entity_key
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.source_watch import Notice
from shared.heartbeat.state import TABLE, moment
from shared.storage import Delete, Row, RowValue, Store, Upsert, transactions

PARTITION: Final = "episodes"
KEEP: Final = timedelta(days=95)
_REMEMBERED_SECONDS: Final = 60.0
_MOST_SHOWN: Final = 20
_FEW: Final = 20
"""So many beginnings are read one by one; more, as a range."""
_TOGETHER: Final = 1_000
_ENDS: Final = frozenset({Change.RECOVERED, Change.ACCEPTED})


@dataclass(frozen=True, slots=True)
class SourceEpisode:
    """A finding about a source from `begun` to `ended` (seconds since 1970; None while it lasts).

    mute: why no alert was raised, '' where one was. why: what was found, in a sentence.
    """

    entity: Entity
    kind: FindingKind
    begun: float
    ended: float | None
    severity: str
    mute: str
    why: str

    @property
    def is_dark(self) -> bool:
        """Whether nothing of the source was seen meanwhile."""
        return self.kind is FindingKind.SILENT

    def overlaps(self, first: float, last: float) -> bool:
        """Whether it lasted at some time from `first` to `last`."""
        return self.begun <= last and (self.ended is None or self.ended >= first)

    def evidence(self) -> dict[str, str | None]:
        """How an alert that was raised meanwhile tells of it."""
        return {
            "source": self.entity.source,
            "category": self.entity.category,
            "tenant": self.entity.tenant,
            "from": rfc3339(moment(self.begun)),
            "to": rfc3339(moment(self.ended)) if self.ended is not None else None,
        }


class SourceEpisodes:
    """Keeps the history of findings."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._dark: tuple[float, list[SourceEpisode]] | None = None

    def keep(self, notices: Iterable[Notice], now: datetime) -> None:
        """Remembers what began and what ended."""
        left = iter(notices)
        while some := list(islice(left, _TOGETHER)):
            begun = self._begun([one for one in some if one.verdict.change in _ENDS])
            rows = {row.key: row for one in some for row in [_row(one, begun, now.timestamp())]}
            for group in transactions([Upsert(row) for row in rows.values()]):
                self._store.commit(TABLE, group)

    def all(self, since: datetime | None = None) -> list[SourceEpisode]:
        """Every episode that had not ended before `since`, in the order in which they began."""
        first = since.timestamp() if since is not None else 0.0
        rows = self._store.query(TABLE, PARTITION)
        found = (_read(row) for row in rows)
        return [episode for episode in found if episode is not None and (episode.ended or first) >= first]

    def dark_times(
        self, sources: Collection[str], first: datetime, last: datetime, now: datetime
    ) -> list[dict[str, str | None]]:
        """When sources of these kinds were silent at some time from `first` to `last`.

        The store is asked at most once a minute: this is on the way of alerts.
        """
        seconds = now.timestamp()
        if self._dark is None or not 0 <= seconds - self._dark[0] < _REMEMBERED_SECONDS:
            self._dark = (seconds, [episode for episode in self.all(now - KEEP) if episode.is_dark])
        return [
            episode.evidence()
            for episode in self._dark[1]
            if kind_of(episode.entity.source) in sources
            and episode.overlaps(first.timestamp(), last.timestamp())
        ][:_MOST_SHOWN]

    def remove_old(self, now: datetime) -> None:
        """Forgets what ended, or began and never ended, more than `KEEP` ago."""
        limit = (now - KEEP).timestamp()
        rows = self._store.query(TABLE, PARTITION, last=f"{max(0, int(limit)):012d}")
        old = [
            row for row in rows if (episode := _read(row)) is None or (episode.ended or episode.begun) < limit
        ]
        for group in transactions([Delete(row.partition, row.key) for row in old]):
            self._store.commit(TABLE, group)

    def _begun(self, ended: list[Notice]) -> dict[str, Row]:
        """What is known of the beginnings of what has ended; many are read together."""
        keys = {_key(one) for one in ended}
        if len(keys) <= _FEW:
            found = (self._store.get(TABLE, PARTITION, key) for key in sorted(keys))
            return {row.key: row for row in found if row is not None}
        rows = self._store.query(TABLE, PARTITION, first=min(keys), last=max(keys) + "~")
        return {row.key: row for row in rows if row.key in keys}


def _key(notice: Notice) -> str:
    return f"{max(0, int(notice.since)):012d}|{entity_key(notice.state.entity)}|{notice.verdict.finding.kind.value}"


def _row(notice: Notice, begun: dict[str, Row], now: float) -> Row:
    verdict, entity, key = notice.verdict, notice.state.entity, _key(notice)
    values: dict[str, RowValue] = {
        "entity": entity.text(),
        "kind": verdict.finding.kind.value,
        "begun": notice.since,
        "severity": verdict.severity.value,
        "mute": verdict.mute.value if verdict.mute is not None else "",
        "why": verdict.finding.why[:500],
    }
    if verdict.change in _ENDS:
        if key in begun:
            values = {**values, **begun[key].values}
        values["ended"] = _end(notice, now)
    return Row(PARTITION, key, values)


def _end(notice: Notice, now: float) -> float:
    """A silence ends with the record that broke it, which is at most the last one; all else when it is noticed."""
    last = notice.state.last_seen
    if notice.verdict.finding.kind is FindingKind.SILENT and last is not None:
        return max(notice.since, last.timestamp())
    return now


def _read(row: Row) -> SourceEpisode | None:
    values = row.values
    try:
        ended = values.get("ended")
        return SourceEpisode(
            Entity.from_text(str(values["entity"])),
            FindingKind(str(values["kind"])),
            float(values["begun"]),
            float(ended) if ended is not None else None,
            str(values.get("severity", "")),
            str(values.get("mute", "")),
            str(values.get("why", "")),
        )
    except (KeyError, TypeError, ValueError):  # a damaged row tells nothing
        return None
