"""What the customer wants of one entity: settings, calendar and what depends on it. Durations are in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.base.severity import Criticality
from shared.heartbeat.judgement.calendar import EVERY_DAY_UTC, Calendar
from shared.heartbeat.judgement.finding_kinds import FindingKind

MINUTE: Final = 60.0
DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `start` to before `end`, seconds since 1970, with the name that people know it by."""

    start: float
    end: float
    name: str = ""

    def holds(self, moment: float) -> bool:
        """Whether the moment lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Someone has seen a finding: it raises no alert before `until`, unless it goes and comes back.

    kind: what it is about; None: everything that was open at `at`.
    """

    at: float
    until: float
    by: str = ""
    kind: FindingKind | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a judgement begins. Each is a share or a factor, so that one set fits sources of any size.

    low, high: of the usual volume. late: factor on its own usual lag; late_least: seconds that it must be above the
    usual; late_limit: an absolute limit as the customer set it. skewed, malformed: share of records. thin: of the usual
    fill rate. changed: share of records of a shape that is new. silence: factor on the longest usual pause.
    """

    low: float = 0.5
    high: float = 3.0
    late: float = 3.0
    late_least: float = 15 * MINUTE
    late_limit: float | None = None
    skewed: float = 0.2
    malformed: float = 0.05
    thin: float = 0.5
    changed: float = 0.5
    silence: float = 1.25


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How steady a finding must be. checks of the last `of` (at most 16) must agree to open it; `clear` in a row
    without it close it. More than `flaps` openings in `flap_period` are flapping. cooldown: how long after a recovery
    the same finding raises no alert. escalate_after: how long it may last before a second alert, one severity
    higher; then again after each doubling.
    """

    checks: int = 2
    of: int = 3
    clear: int = 3
    flaps: int = 3
    flap_period: float = DAY
    cooldown: float = 30 * MINUTE
    escalate_after: float = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Policy:
    """How one entity is judged, and how much it matters.

    interval: the longest pause that the customer allows, instead of what would be learnt. usual_gap: the longest pause
    that is ordinary for its kind, until its own are known; None: only what is learnt counts. judged: kinds that are
    judged. spread: 0 to 11, to spread hourly work over the checks of an hour. training_days: how much history volume
    needs; until then it is not judged. training: all of it is judged and shown, without alerts. accept_after: how
    long a new level, lag, shape or fill rate must last to be the new usual; None: never. expected_since: when it was
    first declared as expected, None if it is not; expected_within: how long it may take to come. blinds: how many
    detectors lose their input with it; techniques: how many ATT&CK techniques are then blind. fields: names that
    detectors need, None: all that were sampled.
    """

    interval: float | None = None
    usual_gap: float | None = None
    judged: frozenset[FindingKind] = frozenset(FindingKind)
    thresholds: Thresholds = Thresholds()
    hysteresis: Hysteresis = Hysteresis()
    calendar: Calendar = EVERY_DAY_UTC
    maintenance: tuple[Span, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()
    training: bool = False
    training_days: int = 14
    accept_after: float | None = 7 * DAY
    expected_since: float | None = None
    expected_within: float = DAY
    criticality: Criticality = "medium"
    blinds: int = 0
    techniques: int = 0
    fields: frozenset[str] | None = None
    spread: int = 0
