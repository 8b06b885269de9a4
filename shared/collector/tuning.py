"""Apply what a customer declared to the detectors, without touching their code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from shared.base.errors import DeclarationError
from shared.coverage.attack import UnknownTechnique, tactics_of, technique
from shared.customer.declaration_file import nearest
from shared.customer.declarations import Declarations, DetectorOverride
from shared.detection.detector import ENTITIES, Detector
from shared.detection.discovery import LeftOut
from shared.events.conditions import fold
from shared.events.event import NAMES
from shared.events.paths import is_raw_path
from shared.events.registry import Registry
from shared.heartbeat.dimension import FIELDS


def tuned(
    detectors: Iterable[Detector], declarations: Declarations, left_out: Iterable[LeftOut] = ()
) -> tuple[Detector, ...]:
    """The detectors as the customer wants them: switched off ones left out, severities, thresholds and allow-lists set.

    left_out: detectors that cannot work; what is declared for their families is no mistake of the declarations.
    Raises DeclarationError, with file and line, for an unknown detector, a threshold without a window, and an
    allow-list on a field that no event has.
    """
    known = {}
    former = {}
    for detector in detectors:
        check_techniques(detector)
        known[detector.id] = _of_customer(detector, declarations)
        former.update(dict.fromkeys(detector.former_ids, detector.id))
    families = {one.id.partition(".")[0] for one in left_out}
    absent = {name for name in declarations.detectors if name.partition(".")[0] in families}
    overrides = declarations.overrides({**known, **dict.fromkeys(absent)}, former)
    return tuple(
        _tuned(detector, overrides[identity], declarations) if identity in overrides else detector
        for identity, detector in known.items()
        if identity not in overrides or overrides[identity].enabled
    )


def check_declared(declarations: Declarations, detectors: Iterable[Detector], registry: Registry) -> None:
    """Refuses, with file and line, what names a source that does not exist or a field that no alert carries."""
    named = list(_named_sources(declarations))
    applications = tuple(f"{source.id}." for source in registry if source.dynamic)
    for key, name in named:
        if name not in registry.by_id and not name.startswith(applications):
            declarations.refuse(key, f"names {name!r}, which is not a source" + nearest(name, registry.by_id))
    for number, entry in enumerate(declarations.dimensions):
        source = registry.by_id.get(entry.source)
        if source is not None and not any(name in source.fields for name in FIELDS[entry.by]):
            declarations.refuse(
                ("dimensions", number, "by"), f"is {entry.by!r}, which records of {entry.source} do not say"
            )
    carried = {*ENTITIES, *(name for detector in detectors for name in detector.carried)}
    for name, watchlist in declarations.watchlists.items():
        if watchlist.field not in carried:
            reason = f"is {watchlist.field!r}, a field that no alert carries" + nearest(
                watchlist.field, carried
            )
            declarations.refuse(("watchlists", name, "field"), reason)


def _named_sources(declarations: Declarations) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every source that is named, and where."""
    for part in ("expected_sources", "retired_sources", "dimensions", "acknowledgements"):
        for number, entry in enumerate(getattr(declarations, part)):
            yield (part, number, "source"), entry.source
    for part in ("change_windows", "calendars"):
        for number, entry in enumerate(getattr(declarations, part)):
            for name in entry.sources:
                yield (part, number, "sources"), name
    for number, virtual in enumerate(declarations.virtual_sources):
        for place, member in enumerate(virtual.sources):
            yield ("virtual_sources", number, "sources", place, "source"), member.source


def check_techniques(detector: Detector) -> None:
    """Refuses a detector that names a technique ATT&CK does not have, so that no alert can fail over it."""
    for identity in detector.techniques:
        try:
            technique(identity)
        except UnknownTechnique as error:
            raise DeclarationError(f"detector {detector.id}: techniques: {error}") from None


def _of_customer(detector: Detector, declarations: Declarations) -> Detector:
    """With the tactics of its techniques, and the customer's own networks where its window leaves them out."""
    window = detector.window
    if window is not None:
        window = window.without_networks(tuple(network.cidr for network in declarations.own_networks))
    return replace(detector, tactics=tactics_of(detector.techniques), window=window)


def _tuned(detector: Detector, override: DetectorOverride, declarations: Declarations) -> Detector:
    here = ("detectors", detector.id)
    if override.threshold is not None and detector.window is None:
        declarations.refuse(
            (*here, "threshold"), f"is set, but {detector.id} has no window and so no threshold"
        )
    window = detector.window
    if window is not None and override.threshold is not None:
        least, most = window.limits
        if least == most:
            declarations.refuse(
                (*here, "threshold"),
                f"is set, but a window of the kind {window.kind} has no threshold to move",
            )
        if not least <= override.threshold <= most:
            declarations.refuse(
                (*here, "threshold"),
                f"is {override.threshold}; {window.kind} takes {least:,} to {most:,}",
            )
    for name in override.allow:
        if name not in NAMES and not is_raw_path(name):
            declarations.refuse(
                (*here, "allow", name), "is not a normalised field of an event, such as actor_username"
            )
    if window is not None and override.threshold is not None:
        window = replace(window, threshold=override.threshold)
    return replace(
        detector,
        severity=override.severity or detector.severity,
        window=window,
        stage=override.stage or detector.stage,
        allow={
            name: frozenset(fold(value) or "" for value in values) for name, values in override.allow.items()
        },
    )
