"""What a customer declares, as the policy by which each entity is judged.

Entities with the same declarations share one policy, so that a hundred thousand of them cost no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Final

from shared.customer.declarations import Declarations
from shared.customer.declared_sources import ExpectedSource, HeartbeatSettings, NamedSource, VirtualSource
from shared.events.registry import Registry
from shared.heartbeat.entity import OWN, UNREADABLE, VIRTUAL, Entity, kind_of
from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.policy import Acknowledgement, Hysteresis, Policy, Span, Thresholds
from shared.heartbeat.roster import is_overflow

Blinds = Callable[[Entity], tuple[int, int]]
"""How many detectors lose their input with an entity, and how many techniques they are for."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABSENCE: Final = frozenset({FindingKind.SILENT, FindingKind.LOW, FindingKind.NEVER_SEEN})
_MOST_SHARED: Final = 50_000
RETIRE_AFTER: Final = timedelta(days=30)


def names(named: NamedSource, entity: Entity) -> bool:
    """Whether a declaration is about an entity; what it leaves open may be anything."""
    return (
        named.source == entity.source
        and (named.tenant is None or named.tenant.lower() == entity.tenant)
        and (named.category is None or named.category.casefold() == entity.category.casefold())
        and (named.dimension is None or named.dimension.lower() == entity.dimension)
    )


class Policies:
    """The policies of one customer."""

    def __init__(
        self,
        declarations: Declarations,
        registry: Registry,
        blinds: Blinds,
        *,
        needed: Mapping[str, Iterable[str]] | None = None,
        declared_only: bool = False,
    ) -> None:
        """needed: the fields that detectors need of each kind of source; what is remembered of others is not judged.

        declared_only: what is not declared as expected is shown, but not judged.
        """
        self._declared = declarations
        self._registry = registry
        self._blinds = blinds
        self._declared_only = declared_only
        self._needed = {kind: frozenset(names) for kind, names in (needed or {}).items()}
        settings = declarations.heartbeats
        self.virtuals = declarations.virtual_sources
        self.retire_after = settings.retire_after or RETIRE_AFTER
        self._base = Policy(
            thresholds=_thresholds(settings),
            hysteresis=_hysteresis(settings),
            training=settings.training,
            training_days=settings.training_days,
        )
        if settings.accept_after is not None:
            self._base = replace(self._base, accept_after=settings.accept_after.total_seconds())
        self._calendars = [
            (
                frozenset(entry.sources),
                Calendar(
                    entry.time_zone,
                    frozenset(_DAYS.index(day) for day in entry.working_days),
                    frozenset(entry.holidays),
                ),
            )
            for entry in declarations.calendars
        ]
        self._shared: dict[tuple[object, ...], Policy] = {}
        self._by_name: dict[str, tuple[object, ...]] = {}

    def of(self, entity: Entity, expected_since: float | None = None) -> Policy:
        """How `entity` is judged. expected_since: when it was first declared, in seconds since 1970."""
        expected = self.expectation(entity)
        virtual = self.virtual(entity)
        acknowledged = tuple(
            place for place, entry in enumerate(self._declared.acknowledgements) if names(entry, entity)
        )
        member = self._is_member(entity)
        blinds = self._blinds(entity)
        since = expected_since if expected is not None or virtual is not None else None
        key = (
            kind_of(entity.source), entity.source, id(expected), id(virtual), acknowledged, member, blinds, since,
            is_overflow(entity), _spread(entity),
        )  # fmt: skip
        known = self._shared.get(key)
        if known is None:
            if len(self._shared) >= _MOST_SHARED:
                self._shared.clear()
            known = self._shared[key] = self._made(
                entity, expected, virtual, acknowledged, member, blinds, since
            )
        return known

    def expectation(self, entity: Entity) -> ExpectedSource | None:
        """The first declaration that says that this entity must arrive."""
        return next((entry for entry in self._declared.expected_sources if names(entry, entity)), None)

    def virtual(self, entity: Entity) -> VirtualSource | None:
        """The declaration of a virtual entity."""
        if entity.source != VIRTUAL:
            return None
        return next(
            (entry for entry in self._declared.virtual_sources if entry.name == entity.category), None
        )

    def expected(self) -> list[Entity]:
        """Every entity that must arrive, as far as it is declared, virtual ones too."""
        known = [
            Entity(
                entry.source,
                (entry.tenant or "").lower(),
                entry.category or "",
                (entry.dimension or "").lower(),
            )
            for entry in self._declared.expected_sources
        ]
        return [*known, *(Entity(VIRTUAL, "", entry.name) for entry in self._declared.virtual_sources)]

    def is_retired(self, entity: Entity) -> bool:
        """Whether the customer said that an entity is no more."""
        return any(names(entry, entity) for entry in self._declared.retired_sources)

    def _is_member(self, entity: Entity) -> bool:
        return any(names(one, entity) for entry in self._declared.virtual_sources for one in entry.sources)

    def _made(
        self,
        entity: Entity,
        expected: ExpectedSource | None,
        virtual: VirtualSource | None,
        acknowledged: Iterable[int],
        member: bool,
        blinds: tuple[int, int],
        since: float | None,
    ) -> Policy:
        declared = expected or virtual
        interval = declared.interval if declared is not None else None
        source = self._registry.by_id.get(kind_of(entity.source))
        usual = (source.usual_gap if source is not None else None) or self._declared.silence.after
        policy = replace(
            self._base,
            interval=interval.total_seconds() if interval is not None else None,
            usual_gap=usual.total_seconds() if usual is not None else None,
            judged=_judged(entity, expected, member) if declared or not self._declared_only else frozenset(),
            calendar=self._calendar(entity),
            maintenance=self._maintenance(entity),
            acknowledged=tuple(self._acknowledgement(place) for place in acknowledged),
            expected_since=since,
            criticality=(declared.criticality if declared is not None else None) or "medium",
            blinds=blinds[0],
            techniques=blinds[1],
            fields=self._needed.get(kind_of(entity.source), frozenset()),
            spread=_spread(entity),
        )
        if expected is not None and (within := expected.within or expected.interval) is not None:
            policy = replace(policy, expected_within=within.total_seconds())
        if expected is not None and expected.late_after is not None:
            limit = expected.late_after.total_seconds()
            policy = replace(policy, thresholds=replace(policy.thresholds, late_limit=limit))
        return policy

    def _calendar(self, entity: Entity) -> Calendar:
        own = (calendar for sources, calendar in self._calendars if entity.source in sources)
        everybody = (calendar for sources, calendar in self._calendars if not sources)
        return next(own, None) or next(everybody, self._base.calendar)

    def _maintenance(self, entity: Entity) -> tuple[Span, ...]:
        return tuple(
            Span(window.start.timestamp(), window.end.timestamp(), window.name)
            for window in self._declared.change_windows
            if not window.sources or entity.source in window.sources
        )

    def _acknowledgement(self, place: int) -> Acknowledgement:
        entry = self._declared.acknowledgements[place]
        kind = FindingKind(entry.finding) if entry.finding else None
        return Acknowledgement(entry.at.timestamp(), entry.until.timestamp(), entry.by, kind)


def _judged(entity: Entity, expected: ExpectedSource | None, member: bool) -> frozenset[FindingKind]:
    if is_overflow(entity) or entity.source.startswith(OWN):
        return frozenset()
    if entity.source == UNREADABLE:
        return frozenset({FindingKind.MALFORMED})
    judged = frozenset(FindingKind)
    if expected is not None:
        judged -= {FindingKind(name) for name in expected.not_judged}
    return judged - _ABSENCE if member else judged


def _spread(entity: Entity) -> int:
    """0 to 11, so that the hourly work of many entities is spread over the checks of an hour."""
    return blake2b(entity.text().encode("utf-8", "surrogatepass"), digest_size=1).digest()[0] % 12


def _thresholds(settings: HeartbeatSettings) -> Thresholds:
    known = ("low", "high", "late", "thin", "malformed", "skewed", "changed", "silence")
    chosen: Mapping[str, float] = {
        name: value for name in known if (value := getattr(settings, name)) is not None
    }
    return replace(Thresholds(), **chosen)


def _hysteresis(settings: HeartbeatSettings) -> Hysteresis:
    spans = {
        name: value.total_seconds()
        for name in ("cooldown", "escalate_after")
        if (value := getattr(settings, name)) is not None
    }
    return replace(Hysteresis(), checks=settings.checks, of=settings.of, clear=settings.clear, **spans)
