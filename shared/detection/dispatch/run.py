"""Run the detectors over the records of a batch.

`Run` is made for one batch: it takes groups of heads and records read on the slow path, and gathers findings, window
contributions and the errors of detectors that raised. A detector that raises costs nobody else anything.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from shared.detection.detector import Detector
from shared.detection.dispatch._index import Plan, Rule, Rules, compile_plans
from shared.detection.finding import Finding, fields_of, finding_of, identity_of
from shared.detection.windows._counting import (
    NOT_COUNTED,
    HeadCounter,
    HeadTeller,
    counted_in,
    head_counters,
    head_teller,
)
from shared.detection.windows._head_cache import ReadCache
from shared.detection.windows.contributions import Contributions, Known
from shared.detection.windows.marks import NOTHING_SAID, Missing
from shared.events.event import Event
from shared.events.head import Head, HeadDecoder
from shared.events.message import Batch, Message, Origin
from shared.events.reading.decoder import Decoder, Group, SlowRecord
from shared.events.registry import Registry
from shared.events.times import utc_seconds

log = logging.getLogger("telltale.detection")


class Detection:
    """The compiled detectors of one collector; makes the decoder that decodes what they ask for."""

    def __init__(
        self,
        detectors: Iterable[Detector],
        registry: Registry,
        also: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`also`: raw paths that others than detectors ask of a source's heads."""
        self.detectors: Mapping[str, Detector] = {detector.id: detector for detector in detectors}
        self.plans: Mapping[str, Plan] = compile_plans(self.detectors.values(), registry)
        more = also or {}
        self.decoder = Decoder(
            registry, {source: (*plan.asked, *more.get(source, ())) for source, plan in self.plans.items()}
        )
        self.matchers = {
            source: plan.bind(self.decoder.head_decoders[source]) for source, plan in self.plans.items()
        }
        self._memory = ReadCache()
        self.head_counters = {
            source: head_counters(list(self.detectors.values()), source, head_decoder, self._memory)
            for source, head_decoder in self.decoder.head_decoders.items()
        }
        self._tellers: dict[tuple[str, tuple[str, ...]], HeadTeller] = {}

    def teller(self, head_decoder: HeadDecoder, names: tuple[str, ...]) -> HeadTeller:
        """How to read the named fields of a head as texts."""
        known = self._tellers.get((head_decoder.source.id, names))
        if known is None:
            known = self._tellers[head_decoder.source.id, names] = head_teller(
                head_decoder, names, self._memory
            )
        return known


def _nothing_known(*_value: object) -> bool:
    return False


class _Whole:
    """A record that is an event already."""

    __slots__ = ("_event",)

    def __init__(self, event: Event) -> None:
        self._event = event

    def event(self) -> Event:
        return self._event

    def fields(self, names: tuple[str, ...]) -> Mapping[str, str]:
        return fields_of(self._event, names)


class _IndexedRecord:
    """A record counted from its head; the head is not kept, and the record is read again where it is needed.

    Of a thousand records that count, few are looked at again; the heads of all of them, kept until the rows are
    written, would cost more time than those few. It knows nothing of the run either, which holds what it counts: a
    circle would keep all of it until the next search for garbage.
    """

    __slots__ = ("_batch", "_index", "_load", "_message", "_source")

    def __init__(self, batch: Batch, group: Group, index: int, message: Message) -> None:
        self._batch = batch
        self._source = group.head_decoder.source
        self._load = group.load
        self._index = index
        self._message = message

    def event(self) -> Event:
        origin = _origin(self._batch, self._message, self._index)
        return Event(self._source, partial(self._load, self._index), origin)

    def fields(self, names: tuple[str, ...]) -> Mapping[str, str]:
        return fields_of(self.event(), names)


def _event_at(batch: Batch, group: Group, position: int, message: Message) -> Event:
    """The record at a position of a group, as an event."""
    index, head_decoder = group.indexes[position], group.head_decoder
    load: Callable[[], Head] = partial(group.load, index)
    return Event(
        head_decoder.source, load, _origin(batch, message, index), None, group.heads[position], head_decoder
    )


def _origin(batch: Batch, message: Message, index: int) -> Origin:
    return Origin(batch.hub, batch.partition, message.sequence_number, index, message.enqueued_time)


class _Counting(NamedTuple):
    """How a rule counts a record from its head: what and where to, and the fields that its row shows (None: none)."""

    counter: HeadCounter
    contributions: Contributions
    teller: HeadTeller | None
    rule: Rule


class _RulePlan(NamedTuple):
    """What the rules of a record come to: those that a head can count, and the others."""

    counting: tuple[_Counting, ...]
    others: tuple[Rule, ...]


class Run:
    """What the detectors make of one batch."""

    def __init__(
        self,
        detection: Detection,
        batch: Batch,
        known: Known = _nothing_known,
        raised: Callable[[Detector, tuple[str, ...]], bool] = _nothing_known,
    ) -> None:
        """`known`, `raised`: what need not be counted or found again, because it is durable already."""
        self._detection = detection
        self._known = known
        self._raised = raised
        self._batch = batch
        self.findings: dict[tuple[str, ...], Finding] = {}
        self.contributions: dict[str, Contributions] = {}
        self.errors: Counter[str] = Counter()
        self.error_texts: dict[str, str] = {}
        self.hits = 0
        self._plans: dict[Rules, _RulePlan] = {}

    def take_groups(self, groups: Sequence[tuple[Group, Message]]) -> None:
        """Dispatches heads, those of a source over all messages together."""
        by_source: dict[str, list[tuple[Group, Message]]] = {}
        for pair in groups:
            by_source.setdefault(pair[0].head_decoder.source.id, []).append(pair)
        for source, pairs in by_source.items():
            plan = self._detection.plans[source]
            if plan.rules:
                heads = list(chain.from_iterable([group.heads for group, _ in pairs]))
                self._take_matches(plan, self._detection.matchers[source](heads), pairs)

    def _take_matches(
        self, plan: Plan, found: Sequence[Rules | None], pairs: Sequence[tuple[Group, Message]]
    ) -> None:
        first = 0
        for group, message in pairs:
            after = first + len(group.heads)
            for position, rules in enumerate(found[first:after]):
                if rules:
                    self._apply_head(rules, group, position, message)
                elif rules is None:
                    event = _event_at(self._batch, group, position, message)
                    self._apply(plan.match_event(event), event)
            first = after

    def _plan(self, rules: Rules, head_decoder: HeadDecoder) -> _RulePlan:
        counters = self._detection.head_counters[head_decoder.source.id]
        counting = []
        for rule in rules:
            if rule.counts_as in counters:
                contributions = self._contributions(rule.detector)
                fields = contributions.shown_fields
                teller = self._detection.teller(head_decoder, fields) if fields else None
                counting.append(_Counting(counters[rule.counts_as], contributions, teller, rule))
        others = tuple(rule for rule in rules if rule.counts_as not in counters)
        plan = self._plans[rules] = _RulePlan(tuple(counting), others)
        return plan

    def _apply_head(self, rules: Rules, group: Group, position: int, message: Message) -> None:
        """Counts in windows what the head alone can tell; makes an event for the rest."""
        plan = self._plans.get(rules) or self._plan(rules, group.head_decoder)
        left = plan.others
        if plan.counting:
            head = group.heads[position]
            time = utc_seconds(head.time) if type(head.time) is str else None
            if time is None:
                left = rules
            else:
                place = group.indexes[position]
                record = _IndexedRecord(self._batch, group, place, message)
                number = message.sequence_number
                for counter, contributions, teller, rule in plan.counting:
                    try:
                        counted = counter(head)
                        said = teller(head) if teller is not None else NOTHING_SAID
                    except Exception:  # noqa: BLE001 - mostly NotQuick; the slow path tells what it is, and isolates
                        left = (*left, rule)
                        continue
                    if counted is not NOT_COUNTED:
                        contributions.add(counted, time, number, place, record, said)
        if left:
            self._apply(left, _event_at(self._batch, group, position, message))

    def take_slow(self, slow: SlowRecord, message: Message) -> Event:
        """Dispatches a record of the slow path; gives its event, for the tally."""
        record = slow.record
        event = Event(slow.source, lambda: record, _origin(self._batch, message, slow.index), slow.salvaged)
        plan = self._detection.plans[slow.source.id]
        if plan.rules:
            self._apply(plan.match_event(event), event)
        return event

    def _apply(self, rules: tuple[Rule, ...], event: Event) -> None:
        for rule in rules:
            detector = rule.detector
            try:
                if detector(event) and not (detector.allow and _allowed(detector, event)):
                    self._take(detector, event, rule.step)
            except Exception as error:  # noqa: BLE001 - isolation: the record goes on to the other detectors
                self.errors[detector.id] += 1
                if detector.id not in self.error_texts:
                    self.error_texts[detector.id] = _in_words(error)
                    log.warning("detector %s raised %s", detector.id, type(error).__name__)

    def _contributions(self, detector: Detector) -> Contributions:
        known = self.contributions.get(detector.id)
        if known is None:
            if detector.window is None:
                raise ValueError(f"{detector.id} has no window")
            known = self.contributions[detector.id] = Contributions(detector, detector.window, self._known)
        return known

    def _take(self, detector: Detector, event: Event, step: int) -> None:
        if detector.window is not None:
            counted = counted_in(event, detector.window, step)
            if counted is None or isinstance(counted, Missing):
                return  # left out on purpose; or without its key, which the heartbeats tell of the source as "thin"
            origin = event.origin
            self._contributions(detector).add(
                counted, event.time.timestamp(), origin.sequence_number, origin.place, _Whole(event)
            )
            return
        self.hits += 1
        identity = identity_of(event, detector)
        key = (detector.id, *identity)
        known = self.findings.get(key)
        if known is not None:
            known.see(event)
        elif not self._raised(detector, identity):
            self.findings[key] = finding_of(event, detector, identity)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300].encode("utf-8", "replace").decode()


def _allowed(detector: Detector, event: Event) -> bool:
    """Whether the customer's allow-list names a value of this record."""
    return any(event.folded(name) in values for name, values in detector.allow.items())
