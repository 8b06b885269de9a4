"""Sources that are watched together. Active: at least a quorum speaks. Passive: one suffices, the others stand by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.customer.declared_sources import VirtualSource
from shared.heartbeat._gathering import Gathered
from shared.heartbeat.judgement.observation import SLOTS, Hour, Observation, together

_FIVE_MINUTES = (1 << 5) - 1


def observed(
    declared: VirtualSource, found: Sequence[Sequence[Gathered]], now: float, behind: float
) -> Observation:
    """The members as one entity, which speaks when enough of them do. found: the entities of each declared source."""
    members = [_united(own) for own in found if own]
    quorum = 1 if declared.mode == "passive" else declared.quorum or len(declared.sources)
    hours = {
        hour: _hour([member.hours[hour] for member in members if hour in member.hours], quorum)
        for hour in {hour for member in members for hour in member.hours}
    }
    return Observation(
        now,
        {hour: seen for hour, seen in hours.items() if seen.count},
        _nth(sorted(member.known.first for member in members if member.known.first is not None), quorum),
        _nth(
            sorted((member.known.last for member in members if member.known.last is not None), reverse=True),
            quorum,
        ),
        max((member.known.event for member in members if member.known.event is not None), default=None),
        behind,
    )


def _united(own: Sequence[Gathered]) -> Gathered:
    """The entities that one declared source stands for, as one."""
    if len(own) == 1:
        return own[0]
    firsts = [one.known.first for one in own if one.known.first is not None]
    lasts = [one.known.last for one in own if one.known.last is not None]
    known = replace(own[0].known, first=min(firsts, default=None), last=max(lasts, default=None))
    hours = {hour for one in own for hour in one.hours}
    return Gathered(
        known, {hour: together(one.hours[hour] for one in own if hour in one.hours) for hour in hours}
    )


def _nth(values: Sequence[float], quorum: int) -> float | None:
    return values[quorum - 1] if len(values) >= quorum else None


def _hour(hours: Sequence[Hour], quorum: int) -> Hour:
    """The five minutes in which enough members spoke, with all that came in them."""
    whole = together(hours)
    if quorum == 1:
        return Hour(slots=whole.slots, minutes=whole.minutes, lags=whole.lags)
    reached = [sum(1 for hour in hours if hour.slots[slot]) >= quorum for slot in range(SLOTS)]
    minutes = sum(_FIVE_MINUTES << 5 * slot for slot in range(SLOTS) if reached[slot]) & whole.minutes
    return Hour(
        slots=tuple(count if reached[slot] else 0 for slot, count in enumerate(whole.slots)),
        minutes=minutes,
        lags=whole.lags,
    )
