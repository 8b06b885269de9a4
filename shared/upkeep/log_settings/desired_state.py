"""From what a customer declared and what has arrived to the values that are compared. Called by the collector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from shared.customer.declarations import Declarations
from shared.detection.detector import Detector
from shared.events.registry import Registry
from shared.heartbeat.state import SourceState
from shared.upkeep.log_settings._compare import ENTRA, Expectation, Seen
from shared.upkeep.log_settings.deployed import NOWHERE, Deployed
from shared.upkeep.log_settings.log_settings_watch import UNKNOWN_RULE, DesiredLogSettings


def wanted_of(declarations: Declarations, deployed: Deployed = NOWHERE) -> DesiredLogSettings:
    """What is declared to be logged and kept; what it leaves to the deployment comes from `deployed`.

    The retention of a table is left out where neither says in which workspace it is.
    """
    declared = declarations.log_settings
    settings = [
        Expectation(
            one.resource_type.lower(),
            tuple(one.categories),
            _beginning(one.match),
            (one.kind or "").lower(),
            (one.not_kind or "").lower(),
        )
        for one in declared.resources
    ]
    if declared.entra:
        settings.append(Expectation(ENTRA, tuple(declared.entra)))
    kept = [(one.workspace or deployed.workspace, one.table, one.days) for one in declared.retention]
    return DesiredLogSettings(
        tuple(settings),
        tuple(one for one in kept if one[0]),
        declared.sending_rule or deployed.sending_rule or UNKNOWN_RULE,
        frozenset(name.casefold() for name in declared.rare),
    )


def _beginning(match: str | None) -> str:
    if match is None:
        return ""
    return match if match.startswith("/") else f"/subscriptions/{match}"


def seen_in(states: Iterable[SourceState]) -> Seen:
    """What has arrived of each category, and of each resource where a source is watched by resource."""
    categories: dict[str, datetime] = {}
    resources: dict[tuple[str, str], datetime] = {}
    for state in states:
        if (
            state.last_seen is None
            or not state.entity.category
            or state.entity.source.startswith("telltale.")
        ):
            continue
        category = state.entity.category.casefold()
        categories[category] = max(categories.get(category, state.last_seen), state.last_seen)
        if state.entity.dimension.startswith("/"):
            key = category, state.entity.dimension
            resources[key] = max(resources.get(key, state.last_seen), state.last_seen)
    return Seen(categories, resources)


def readers_of(registry: Registry, detectors: Sequence[Detector]) -> Callable[[str], Sequence[Detector]]:
    """The detectors that read a category (folded)."""

    def readers(category: str) -> Sequence[Detector]:
        sources = {source.id for source in registry.by_category.get(category, ())}
        return [one for one in detectors if not sources.isdisjoint(one.sources) and one.stage == "live"]

    return readers
