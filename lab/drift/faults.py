"""Faults with their labels: what is broken, from when to when, what may say so, and until when it must be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from lab.drift.profiles import Profile
from lab.drift.worlds import DAYS, World
from shared.heartbeat.judgement.finding_kinds import FindingKind

_DAYS_OF_SHIFT: Final = 13
_HOURS_BETWEEN: Final = 24
FIRST_DAY: Final = 16
"""Faults begin when two weeks are known."""
FIRST_DAY_OF_RARE: Final = 30
"""Of what speaks once in days or weeks, when it has done so a few times."""
_VOLUME: Final = frozenset({FindingKind.SILENT, FindingKind.LOW})
FOUND_BY: Final = {
    "outage": _VOLUME,
    "sparse outage": _VOLUME,
    "planned outage": frozenset[FindingKind](),
    "drop": frozenset({FindingKind.LOW}),
    "spike": frozenset({FindingKind.HIGH}),
    "late": frozenset({FindingKind.LATE}),
    "skewed": frozenset({FindingKind.SKEWED}),
    "malformed": frozenset({FindingKind.MALFORMED}),
    "thin": frozenset({FindingKind.THIN}),
    "changed": frozenset({FindingKind.CHANGED}),
    "never seen": frozenset({FindingKind.NEVER_SEEN}),
    "shift down": frozenset({FindingKind.LOW}),
    "shift up": frozenset({FindingKind.HIGH}),
    "flapping": _VOLUME,
}
"""Which finding is the right one."""
_ALSO: Final = {"malformed": _VOLUME, "drop": _VOLUME, "shift down": _VOLUME}
"""Which other finding is a true one: of half the records that cannot be read, half are missing."""


@dataclass(frozen=True)
class Fault:
    """Something that is broken from `start` to before `end`, in seconds since 1970."""

    name: str
    start: float
    end: float

    def explains(self, kind: FindingKind, moment: float) -> bool:
        """Whether an alert of this kind at this moment tells of it."""
        grace = 2 * 3600
        return self.start <= moment <= self.end + grace and kind in FOUND_BY[self.name] | _ALSO.get(
            self.name, frozenset()
        )


_HOURS: Final = {
    "outage": (3, 9), "drop": (6, 8), "spike": (2, 3), "late": (4, 8), "skewed": (4, 8), "malformed": (3, 6),
    "thin": (5, 9), "changed": (24, 40), "flapping": (7, 8),
    "planned outage": (4, 8),
}  # fmt: skip
_IN_OFFICE_HOURS: Final = frozenset(
    {"drop", "spike", "late", "skewed", "malformed", "thin", "changed", "shift up"}
)


def planned(profile: Profile, world: World, draw: Random) -> Sequence[Fault]:
    """Faults of one source: one of each that its profile names, days apart."""
    first = FIRST_DAY if profile.regular and profile.kind != "weekly" else FIRST_DAY_OF_RARE
    shifts = any(name.startswith("shift") for name in profile.faults)
    room = (DAYS - first - 2 - (_DAYS_OF_SHIFT if shifts else 0)) / max(1, len(profile.faults) - shifts)
    names = list(profile.faults)
    draw.shuffle(names)
    names.sort(key=lambda name: name.startswith("shift"))  # it never ends, so it comes last
    found: list[Fault] = []
    for place, name in enumerate(names):
        earliest = world.first_hour + round(24 * (first + place * room))
        if name.startswith("shift"):
            earliest = world.last_hour - 24 * _DAYS_OF_SHIFT
        if found:
            earliest = max(earliest, int(found[-1].end) // 3600 + _HOURS_BETWEEN)
        start = _start(name, profile, world, draw, earliest)
        end = start + 3600 * draw.uniform(*_HOURS.get(name, (24 * 30, 24 * 30)))
        if name == "outage" and profile.kind.startswith(("nightly", "weekly")):
            end = start + 86_400 * (1.9 if profile.kind != "weekly" else 8)
        if name == "sparse outage":
            end = start + 86_400 * 21
        found.append(Fault(name, start, min(end, world.last_hour * 3600.0)))
    return found


def _start(name: str, profile: Profile, world: World, draw: Random, earliest: int) -> float:
    while True:
        hour = earliest + draw.randrange(24)
        local = world.calendar.local(hour)
        busy = local.working and 9 <= local.hour < 15
        if name in _IN_OFFICE_HOURS or profile.kind == "closed office":
            if profile.kind.startswith("nightly"):
                busy = profile.rate(local, hour, 3) > 0
            if not busy:
                earliest += 6
                continue
            if profile.kind.startswith("nightly"):
                return hour * 3600.0  # its records come within the hour, and must be in the fault
        return hour * 3600.0 + draw.randrange(3600)
