"""Sends health rows to the workspace: one about the collector at each check, the others once an hour.

Table `sources`, partition `stream`: up to when sources and episodes were sent. What the workspace does not take is not
kept: the next check sends anew, with the episodes that ended in between. So an outage of the workspace costs
rows about sources, never one about what was wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.alerts.health_rows import Journey, collector_row, episode_rows, source_rows
from shared.delivery.outlet import Outlet
from shared.heartbeat.source_episodes import KEEP, SourceEpisode
from shared.heartbeat.state import TABLE, SourceState
from shared.storage import Row, Store, Upsert

log = logging.getLogger("telltale.health")

EVERY: Final = timedelta(hours=1)
_SECONDS: Final = 20.0
"""How long sending may take at a check."""
_CURSOR: Final = ("stream", "sent")


class HealthStream:
    """The rows of one collector. `episodes`: those that had not ended before a moment."""

    def __init__(
        self,
        store: Store,
        outlet: Outlet | None,
        episodes: Callable[[datetime], Iterable[SourceEpisode]],
        customer: str,
    ) -> None:
        self._store = store
        self._outlet = outlet
        self._episodes = episodes
        self._customer = customer

    @property
    def is_wanted(self) -> bool:
        """Whether there is a workspace to send to."""
        return self._outlet is not None

    def send(
        self,
        states: Sequence[SourceState],
        behind: timedelta,
        now: datetime,
        damaged: int = 0,
        canary: Journey | None = None,
    ) -> str | None:
        """Sends what is due at a check, and the last `canary`; gives the problem where the workspace takes nothing."""
        if self._outlet is None:
            return None
        sent = self._sent()
        due = sent is None or not timedelta() <= now - sent < EVERY
        rows = [collector_row(states, behind, damaged, self._customer, now, canary)]
        if due:
            since = sent if sent is not None and sent <= now else now - KEEP
            rows += episode_rows(self._episodes(since), self._customer, now)
            rows += source_rows(states, self._customer, now)
        reply = self._outlet.send(rows, _SECONDS)
        if due and len(reply.delivered) == len(rows):
            self._store.commit(TABLE, [Upsert(Row(*_CURSOR, {"at": now.timestamp()}))])
        if reply.problem is not None:
            log.warning("health rows: %s", reply.problem)
        return reply.problem

    def _sent(self) -> datetime | None:
        row = self._store.get(TABLE, *_CURSOR)
        at = row.values.get("at") if row is not None else None
        return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None
