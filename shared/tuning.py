"""Apply what a customer declared to the detectors, without touching their code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shared.coverage.attack import UnknownTechnique, technique
from shared.declarations import Declarations, DetectorOverride
from shared.detection.detector import Detector, Severity
from shared.errors import DeclarationError
from shared.events.event import NAMES
from shared.events.selection import fold


def tuned(detectors: Iterable[Detector], declarations: Declarations) -> tuple[Detector, ...]:
    """The detectors as the customer wants them: switched off ones left out, severities, thresholds and allow-lists set.

    Raises DeclarationError, with file and line, for an unknown detector, a threshold without a window, and an
    allow-list on a field that no event has.
    """
    known = {detector.id: detector for detector in detectors}
    for detector in known.values():
        check_techniques(detector)
    declarations.refuse_unknown_detectors(known)
    return tuple(
        _tuned(detector, declarations.detectors[identity], declarations)
        if identity in declarations.detectors
        else detector
        for identity, detector in known.items()
        if identity not in declarations.detectors or declarations.detectors[identity].enabled
    )


def check_techniques(detector: Detector) -> None:
    """Refuses a detector that names a technique ATT&CK does not have, so that no alert can fail over it."""
    for identity in detector.techniques:
        try:
            technique(identity)
        except UnknownTechnique as error:
            raise DeclarationError(f"detector {detector.id}: techniques: {error}") from None


def _tuned(detector: Detector, override: DetectorOverride, declarations: Declarations) -> Detector:
    here = ("detectors", detector.id)
    if override.threshold is not None and detector.window is None:
        declarations.refuse(
            (*here, "threshold"), f"is set, but {detector.id} has no window and so no threshold"
        )
    for name in override.allow:
        if name not in NAMES and "." not in name:
            declarations.refuse(
                (*here, "allow", name), "is no normalised field of an event, such as actor_username"
            )
    window = detector.window
    if window is not None and override.threshold is not None:
        window = replace(window, threshold=override.threshold)
    return replace(
        detector,
        severity=Severity(override.severity.capitalize()) if override.severity else detector.severity,
        window=window,
        stage=override.stage or detector.stage,
        allow={
            name: frozenset(fold(value) or "" for value in values) for name, values in override.allow.items()
        },
    )
