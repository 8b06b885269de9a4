"""What a check says: open findings and verdicts, each with the numbers that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shared.base.severity import Severity
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind, Mute
from shared.heartbeat.judgement.memory import EntityMemory


class Band(NamedTuple):
    """How many records are usual for a stretch of time: from `low` to `high`, as a rule `usual`.

    hours: how long the stretch is; seen: how many came; end: when it ends, seconds since 1970.
    """

    hours: int
    low: float
    usual: float
    high: float
    seen: int
    end: float


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """What is wrong with an entity now. seen, usual and limit are in `unit` (records, seconds, share, days).

    since: when it began, as far as is known (a silence begins with the last record), not when it was noticed.
    detail: which field, shape or setting it is about. why: all of it in one sentence, without the name of the entity.
    """

    kind: FindingKind
    since: float
    seen: float
    usual: float
    limit: float
    unit: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding that changed at this check.

    opened_at: when it first raised an alert or would have; the key of its episode. priority: 0 to 100, from what it
    blinds, the criticality of the source, its kind and how long it lasts; severity follows from it. mute: why it
    raises no alert, None: it does.
    """

    finding: SourceFinding
    change: Change
    opened_at: float
    severity: Severity
    priority: int
    mute: Mute | None

    @property
    def raises_alert(self) -> bool:
        """Whether an alert goes out for it."""
        return self.mute is None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check of one entity: what changed, what stands (open findings), and what to remember.

    `memory` is the very object that was handed in where nothing changed, so that it need not be written.
    silence: seconds since the last arrival, as of what the collector has read; allowed: how long it may be now.
    """

    verdicts: tuple[Verdict, ...]
    open: tuple[SourceFinding, ...]
    memory: EntityMemory
    silence: float | None = None
    allowed: float | None = None
    band: Band | None = None
