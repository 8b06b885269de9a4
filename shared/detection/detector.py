"""Declare a detector: one decorated function with its metadata beside the code.

    @detector(
        title="{actor_username} added a credential to {target_name}",
        severity=Severity.MEDIUM,
        techniques=["T1098.001"],
        on=entra_audit(operation=["Add service principal credentials"]),
    )
    def service_principal_credential_added(event):
        \"\"\"A long-lived secret on an application outlives the session that added it.\"\"\"
        return event.event_result == "Success"

`on=` is data and is indexed; the body is for what data cannot say, and may be `return True`. The docstring becomes the
description. Everything that cannot work is refused at import, naming the detector and the field.
"""

from __future__ import annotations

import inspect
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.base.durations import parse_duration
from shared.base.errors import DeclarationError
from shared.base.severity import Severity
from shared.detection._body_needs import needed_by
from shared.detection._declared import arguments_checked
from shared.detection._detector_body import read_by, says_nothing
from shared.detection.logging_loss import LoggingLoss
from shared.detection.windows._listening import counting
from shared.detection.windows.window import Window
from shared.events.event import NAMES, Event
from shared.events.paths import is_raw_path
from shared.events.source_definition import Selection

Body = Callable[[Event], Any]


ENTITIES = (
    "actor_username",
    "actor_user_id",
    "actor_user_type",
    "src_ip_addr",
    "src_geo_country",
    "http_user_agent",
    "target_username",
    "target_user_id",
    "target_name",
    "resource_id",
    "subscription_id",
    "account_id",
    "app_id",
    "app_name",
    "session_id",
    "correlation_id",
    "tenant_id",
    "url",
    "dvc_hostname",
)
"""Normalised fields that every alert carries as entities where the records have them."""


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """A declared detector. `id` is `<folder>.<name>`; `body` is None where the selection says it all."""

    id: str
    title: str
    description: str
    severity: Severity
    techniques: tuple[str, ...]
    on: tuple[Selection, ...]
    body: Body | None
    window: Window | None
    dedup: tuple[str, ...]
    dedup_period: timedelta
    carried: tuple[str, ...]
    confidence: int
    runbook: tuple[str, ...]
    response: tuple[str, ...]
    false_positives: tuple[str, ...]
    references: tuple[str, ...]
    """Where it is documented: the pages of its techniques, then its own."""
    stage: str
    version: str
    module: str
    reads: tuple[str, ...] = ()
    """The fields and raw paths that the body names, found in its source: they are decoded with the head."""
    body_needs: tuple[str, ...] = ()
    """Those of them without which the body cannot hold, as far as its source shows."""
    explains: LoggingLoss | None = None
    """The loss of telemetry that a finding can explain."""
    former_ids: tuple[str, ...] = ()
    """Ids that it had before, which declarations may still name; filled by discovery."""
    tactics: tuple[str, ...] = ()
    """The tactics of its techniques; filled when the collector is put together, from ATT&CK."""
    allow: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Folded values per field that the customer allows: records that carry one raise nothing."""

    def __call__(self, event: Event) -> bool:
        """Whether the body holds for `event` (its selection is not asked)."""
        return self.body is None or bool(self.body(event))

    @property
    def head_fields(self) -> tuple[str, ...]:
        """The fields that a window needs of each record: its key, what it counts once, and what its title names."""
        window = self.window
        if window is None:
            return ()
        names = (*window.fields, *window.asked, *_template_fields(self.id, self.title))
        return tuple(name for name in dict.fromkeys(names) if name in NAMES)

    @property
    def shown_fields(self) -> tuple[str, ...]:
        """The fields that a row of its window keeps of a record: what it counts once, and what its title names."""
        window = self.window
        if window is None:
            return ()
        names = (*window.told, *_template_fields(self.id, self.title))
        found = [name for name in dict.fromkeys(names) if name in NAMES and name not in window.by]
        return (*found, *(("source",) if len(self.sources) > 1 else ()))

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources this detector listens to."""
        return tuple(dict.fromkeys(selection.source.id for selection in self.on))

    def step_of(self, number: int) -> int:
        """The step of its window to which the selection of that number belongs."""
        return self.window.step_of(number) if self.window is not None else 0


def attack_page(technique: str) -> str:
    """The address of a technique's page at MITRE: `T1098.001` is at `.../techniques/T1098/001/`."""
    return f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}/"


STAGES = ("live", "shadow", "signal")
"""Alerts; runs and is recorded without alerting; feeds other detectors without alerting."""


@arguments_checked
def detector(
    *,
    title: str,
    severity: Severity,
    on: Selection | Sequence[Selection] = (),
    techniques: Iterable[str] = (),
    window: Window | None = None,
    dedup: Sequence[str] = (),
    dedup_period: str = "1h",
    entities: Sequence[str] = (),
    explains: LoggingLoss | None = None,
    confidence: int = 70,
    runbook: Sequence[str] = (),
    response: Sequence[str] = (),
    false_positives: Sequence[str] = (),
    references: Sequence[str] = (),
    stage: str = "live",
    version: str = "1",
) -> Callable[[Body], Detector]:
    """Makes a detector of the decorated function.

    title: template over normalised fields. dedup: fields that make two findings the same episode within
    `dedup_period`; without it every record that matches is an alert of its own (windows: one per key and
    period). entities: fields the alert carries besides the usual. explains: which loss of telemetry a finding can
    explain, so that an alert about a silent source names it as the cause. references: pages besides those of its
    techniques, which need not be written. confidence: 0 to 100. stage: "live",
    "shadow" to run and record without alerting, or "signal" to be heard by other detectors only. on: may be left
    out where the window is a sequence, whose steps say it. Raises DeclarationError for what cannot work.
    """

    def declare(body: Body) -> Detector:
        name = f"{body.__module__.rpartition('.')[2]}"
        folder = body.__module__.split(".")[-2] if "." in body.__module__ else ""
        identity = f"{folder}.{name}" if folder else name
        where = f"detector {identity}"
        selections, counted = _listening(where, on, window)
        if not isinstance(severity, Severity):
            raise DeclarationError(f"{where}: severity={severity!r}; write one of Severity's values")
        if not isinstance(explains, LoggingLoss | None):
            raise DeclarationError(f"{where}: explains={explains!r}; write one of LoggingLoss's values")
        if type(confidence) is not int or not 0 <= confidence <= 100:
            raise DeclarationError(f"{where}: confidence={confidence!r}; write a number from 0 to 100")
        if stage not in STAGES:
            raise DeclarationError(f"{where}: stage={stage!r}; write 'live', 'shadow' or 'signal'")
        try:
            period = parse_duration(dedup_period)
        except (ValueError, AttributeError) as error:
            raise DeclarationError(f"{where}: dedup_period: {error}") from None
        for place, texts in (
            ("title", (title,)),
            ("techniques", techniques),
            ("dedup", dedup),
            ("entities", entities),
            ("runbook", runbook),
            ("response", response),
            ("false_positives", false_positives),
            ("references", references),
        ):
            _check_texts(where, place, texts)
        description = _joined(inspect.getdoc(body))
        if not description:
            raise DeclarationError(f"{where}: write a docstring that says why this matters; analysts read it")
        _check_names(where, "title", _template_fields(where, title), _COMPUTED)
        _check_names(where, "dedup", dedup, _ITS_OWN)
        _check_names(where, "entities", entities, _COMPUTED)
        if window is not None:
            _check_names(where, "window by", window.by, _ITS_OWN)
            _check_names(where, "window of", (window.of,) if window.of else (), _ITS_OWN)
            _check_names(where, "window part", window.asked, _ITS_OWN)
        return Detector(
            id=identity,
            title=title,
            description=description,
            severity=severity,
            techniques=tuple(techniques),
            on=selections,
            body=None if says_nothing(body) else body,
            window=counted,
            dedup=tuple(dedup),
            dedup_period=period,
            carried=_carried(entities, dedup, _template_fields(where, title)),
            confidence=confidence,
            runbook=tuple(runbook),
            response=tuple(response),
            false_positives=tuple(false_positives),
            references=tuple(dict.fromkeys([*map(attack_page, techniques), *references])),
            stage=stage,
            version=version,
            module=body.__module__,
            reads=read_by(body),
            body_needs=needed_by(body),
            explains=explains,
        )

    return declare


def _listening(where: str, on: Any, window: Any) -> tuple[tuple[Selection, ...], Window | None]:
    """What a detector listens to, and how it counts that."""
    selections = (on,) if isinstance(on, Selection) else tuple(on) if isinstance(on, Iterable) else ()
    if window is not None and not isinstance(window, Window):
        raise DeclarationError(
            f"{where}: window={window!r}; write count(...), distinct(...) or another of the kinds"
        )
    if window is not None and window.on:
        if selections:
            raise DeclarationError(f"{where}: on= is said by the steps of its sequence; leave it out")
        selections = window.on
    if not selections or not all(isinstance(selection, Selection) for selection in selections):
        raise DeclarationError(
            f"{where}: on= takes a selection such as entra_audit(operation=[...]), or a list"
        )
    return selections, counting(where, selections, window)


def _joined(text: str | None) -> str:
    """A docstring as paragraphs without line breaks."""
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def _template_fields(where: str, template: str) -> tuple[str, ...]:
    try:
        places = list(string.Formatter().parse(template))
    except ValueError as error:
        raise DeclarationError(f"{where}: title {template!r} is no template ({error})") from None
    if any(name == "" or form or conversion for _, name, form, conversion in places):
        raise DeclarationError(f"{where}: title {template!r}: write fields as {{actor_username}}, no more")
    return tuple(name for _, name, _, _ in places if name)


def _carried(*more: Iterable[str]) -> tuple[str, ...]:
    """The fields of a record that its alert carries: operation, result, usual entities, and the detector's own."""
    names = (
        "operation",
        "event_result",
        "event_result_details",
        *ENTITIES,
        *(name for part in more for name in part),
    )
    return tuple(name for name in dict.fromkeys(names) if name not in _COMPUTED)


_ITS_OWN = frozenset({"source", "category"})
_COMPUTED = _ITS_OWN | {"count", "key"}


def _check_texts(where: str, place: str, texts: Any) -> None:
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise DeclarationError(f"{where}: {place}={texts!r}; write a list, such as [{texts!r}]")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise DeclarationError(f"{where}: {place} holds {text!r}; write a text")


def _check_names(where: str, place: str, names: Iterable[str], others: frozenset[str]) -> None:
    for name in names:
        if not (name in NAMES or name in others or is_raw_path(name)):
            raise DeclarationError(
                f"{where}: {place} names {name!r}, which is no normalised field of an event"
            )
