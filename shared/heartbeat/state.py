"""What is known of each entity from check to check: a row of table `sources`, partition `state`, under 6 KB.

Written when judgement remembers something new, which for a healthy entity is once an hour; what came since then is read
from the heartbeats each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from shared.heartbeat.entity import Entity
from shared.heartbeat.heartbeat_rows import entity_key
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.memory import EntityMemory, from_bytes
from shared.heartbeat.judgement.verdict import SourceFinding
from shared.storage import Row, RowValue

TABLE: Final = "sources"
STATE: Final = "state"
HEALTHY: Final = "healthy"
SILENT: Final = "silent"
NEVER_SEEN: Final = "never seen"
OVERFLOWING: Final = "overflowing"
DARK: Final = frozenset({SILENT, NEVER_SEEN})
"""States in which nothing of a source is seen."""
_DAY_HOURS: Final = 25
_LATEST: Final = 253_402_300_799.0
"""The end of the year 9999, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source at one moment.

    state: healthy, or the finding that stands, the gravest one. last_seen: when the hub last took a record of it;
    since: when its state began. allowed_gap: how long it may be silent now. findings: everything that stands.
    reporters: about how many resources write it. reporter: one of them. recreated: how often a hub began anew.
    """

    entity: Entity
    state: str
    since: datetime
    first_seen: datetime | None
    last_seen: datetime | None
    last_event: datetime | None
    count_24h: int
    lag_seconds: float
    allowed_gap: timedelta | None
    findings: tuple[SourceFinding, ...] = ()
    reporters: int = 0
    reporter: str = ""

    @property
    def is_dark(self) -> bool:
        """Whether nothing of it is seen."""
        return self.state in DARK


@dataclass(slots=True)
class EntityRow:
    """A row of an entity, read. Times in seconds since 1970; `hours`: counts by hour of the last day."""

    entity: Entity
    first: float | None = None
    last: float | None = None
    event: float | None = None
    lag: float = 0.0
    since: float | None = None
    expected: float | None = None
    reporter: str = ""
    hours: dict[int, int] = field(default_factory=dict)
    memory: EntityMemory = field(default_factory=EntityMemory)
    stored: bool = False

    @classmethod
    def read(cls, row: Row) -> EntityRow:
        """The row; raises ValueError where it does not name its entity. What else is damaged counts as not known."""
        values = row.values
        entity = values.get("entity")
        if not isinstance(entity, str):
            raise ValueError(f"{row.key} names no entity")
        memory = values.get("memory")
        return cls(
            Entity.from_text(entity),
            _number(values.get("first")),
            _number(values.get("last")),
            _number(values.get("event")),
            _number(values.get("lag")) or 0.0,
            _number(values.get("since")),
            _number(values.get("expected")),
            str(values.get("reporter", "")),
            _hours(values.get("day")),
            from_bytes(memory if isinstance(memory, bytes) else None),
            stored=True,
        )

    def row(self) -> Row:
        """The row to be written."""
        newest = max(self.hours, default=0)
        day = {hour: count for hour, count in self.hours.items() if hour > newest - _DAY_HOURS}
        values: dict[str, RowValue] = {
            "entity": self.entity.text(),
            "lag": self.lag,
            "reporter": self.reporter,
            "day": msgspec.msgpack.encode(day),
            "memory": self.memory.to_bytes(),
        }
        for name in ("first", "last", "event", "since", "expected"):
            value = getattr(self, name)
            if value is not None:
                values[name] = value
        return Row(STATE, entity_key(self.entity), values)

    def count_24h(self, now: float) -> int:
        """Records of the last 24 hours, by whole hours."""
        day_ago = int(now) // 3600 - 24
        return sum(count for hour, count in self.hours.items() if hour > day_ago)


def state_of(
    known: EntityRow,
    now: float,
    findings: tuple[SourceFinding, ...],
    allowed: float | None,
    reporters: int = 0,
    overflow: bool = False,
) -> SourceState:
    """An entity as people are shown it."""
    gravest = min(findings, key=lambda finding: _ORDER.index(finding.kind), default=None)
    state, since = HEALTHY, known.since if known.since is not None else now
    if gravest is not None:
        state, since = gravest.kind.value.replace("_", " "), gravest.since
    elif overflow:
        state = OVERFLOWING if known.last is not None and now - known.last < 3 * 3600 else HEALTHY
    return SourceState(
        known.entity,
        state,
        moment(since),
        moment_or_none(known.first),
        moment_or_none(known.last),
        moment_or_none(known.event),
        known.count_24h(now),
        known.lag,
        timedelta(seconds=allowed) if allowed is not None else None,
        findings,
        reporters,
        known.reporter,
    )


_ORDER: Final = (
    FindingKind.SILENT, FindingKind.NEVER_SEEN, FindingKind.NOT_CONFIGURED, FindingKind.THIN,
    FindingKind.LOW, FindingKind.MALFORMED, FindingKind.LATE, FindingKind.SKEWED,
    FindingKind.CHANGED, FindingKind.HIGH, FindingKind.SHORT_LIVED,
)  # fmt: skip
"""The gravest first, by what it blinds."""


def moment(seconds: float) -> datetime:
    """A time that was kept as seconds since 1970; the nearest that can be shown where it is out of range."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LATEST), UTC)


def moment_or_none(seconds: float | None) -> datetime | None:
    """As `moment`, for what may not be known."""
    return None if seconds is None else moment(seconds)


def _number(value: RowValue | None) -> float | None:
    """A number of a row as long as it can be a time; None for what is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= _LATEST:
        return None
    return float(value)


def _hours(content: Any) -> dict[int, int]:
    if not isinstance(content, bytes):
        return {}
    try:
        found: Mapping[int, int] = msgspec.msgpack.decode(content, type=dict[int, int])
    except msgspec.DecodeError:
        return {}
    return {hour: max(0, count) for hour, count in found.items()}
