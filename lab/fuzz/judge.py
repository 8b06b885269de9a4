"""What must hold for every body, asked of the real decoder and the real collector with every detector.

    decode     no exception leaves `Decoder.decode`; under 50 ms of CPU time a body
    beside     the good records beside an odd one are read, and read as if they stood alone
    fast       the fast path gives what the slow path gives: records, fields, rules (asked of a sample)
    analyse    no exception, no message set aside unprocessed, no detector that raises
    counted    every record that was decoded is counted under its message, every problem is a dead letter
    neighbour  the good body of a batch is read, counted and detected on, whatever the others are
    collect    the whole way into a store raises nothing (asked of a sample)

A `Judge` lives as long as a worker, like a collector in a deployment, so that whatever piles up is seen.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import functions.detectors
from lab.bench.null_store import NullStore
from lab.fuzz.cases import Case
from lab.fuzz.good import GOOD_DETECTOR, GOOD_RECORDS, good_body
from lab.fuzz.reading import ENQUEUED, count_of, events_of, numbered, oddly_spelled, reading_of
from shared.base.clock import VirtualClock
from shared.collector.analysis import Analysis
from shared.collector.collector import Collector
from shared.detection.discovery import discover
from shared.events.event import Event
from shared.events.message import Batch, Message
from shared.events.reading.decoder import Decoded
from shared.events.registry import registry

MOST_SECONDS = 0.050
"""CPU time that a body may take to decode, on the machine that runs this."""

_MEASURED_AGAIN = 3
_LARGEST_COMPARED = 64 << 10
_REMEASURED_FROM = 0.020


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not hold. `oracle` and `detail` tell one kind of failure from another; `told` is for people."""

    oracle: str
    detail: str
    told: str

    @property
    def signature(self) -> tuple[str, str]:
        """What failures of one kind share."""
        return self.oracle, self.detail


class Judge:
    """Judges bodies and batches of them; keeps what was slowest and how much was asked."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self.collector = Collector(
            store=NullStore(),
            clock=VirtualClock(ENQUEUED),
            detectors=discover(functions.detectors),
            registry=registry(),
        )
        self.most_seconds = most_seconds
        self.slowest = 0.0
        self.slowest_case = -1
        self.asked: Counter[str] = Counter()
        self._yardstick = min(yardstick() for _ in range(50))
        self._trouble = _Trouble()
        logging.getLogger("telltale").addHandler(self._trouble)
        logging.getLogger("telltale").propagate = False

    def forget(self) -> None:
        """Begins to count anew, after warming up."""
        self.slowest, self.slowest_case = 0.0, -1
        self.asked.clear()

    def body(self, case: Case, *, compared: bool) -> tuple[Decoded | None, list[Failure]]:
        """What a body is decoded to, and what did not hold; `compared`: also against the slow path."""
        body = case.body
        begun = time.process_time()
        try:
            decoded = self.collector.detection.decoder.decode(body)
        except BaseException as error:  # noqa: BLE001 - whatever leaves decode is the finding
            return None, [_raised("decode", error)]
        took = time.process_time() - begun
        failures = self._slow(case, body, took)
        failures += self._beside(case, decoded)
        if compared and decoded.groups and len(body) <= _LARGEST_COMPARED:
            failures += self._compared(body, decoded)
        return decoded, failures

    def _slow(self, case: Case, body: bytes, took: float) -> list[Failure]:
        if took > self.most_seconds or (took > self.slowest and took > _REMEASURED_FROM):
            took = min([took, *(self._seconds(body) for _ in range(_MEASURED_AGAIN))])
        if took > self.most_seconds:
            took *= self._yardstick / min(yardstick() for _ in range(_MEASURED_AGAIN))
        if took > self.slowest:
            self.slowest, self.slowest_case = took, case.index
        if took <= self.most_seconds:
            return []
        told = f"{took * 1000:.1f} ms for {len(body)} bytes"
        return [Failure("slow", case.kind, told)]

    def _seconds(self, body: bytes) -> float:
        begun = time.process_time()
        self.collector.detection.decoder.decode(body)
        return time.process_time() - begun

    def _beside(self, case: Case, decoded: Decoded) -> list[Failure]:
        if not case.good:
            return []
        self.asked["good records"] += len(case.good)
        failures = []
        found = numbered(decoded)
        for good, place in zip(case.good, ("before", "after"), strict=True):
            event = found.get(good.number)
            if event is None:
                told = f"the good record {place} the odd one was not read: {good.text[:200]!r}"
                failures.append(Failure("beside", f"{case.kind}, {place}", told))
            elif reading_of(event) != good.meaning:
                told = f"{place} the odd one: {reading_of(event)} instead of {good.meaning}"
                failures.append(Failure("beside", f"{case.kind}, {place}, otherwise", told))
        return failures

    def _compared(self, body: bytes, decoded: Decoded) -> list[Failure]:
        self.asked["fast compared"] += 1
        reference = self.collector.detection.decoder.decode_slow_path(body)
        # A list inside an envelope takes one place of it on the fast path, and one for each record on the slow path.
        fast_events, slow_events = (sorted(events_of(one), key=_told) for one in (decoded, reference))
        fast, slow = list(map(reading_of, fast_events)), list(map(reading_of, slow_events))
        if fast != slow:
            told = "".join(f"\n  fast    {one}\n  slow    {other}" for one, other in _differing(fast, slow))
            return [Failure("fast", "records", told)]
        if Counter(p.reason for p in decoded.problems) != Counter(p.reason for p in reference.problems):
            told = (
                f"{[p.reason for p in decoded.problems]} instead of {[p.reason for p in reference.problems]}"
            )
            return [Failure("fast", "problems", told)]
        pairs = zip(fast_events, slow_events, strict=True)
        return self._same_rules(decoded, {one.origin.place: other for one, other in pairs})

    def _same_rules(self, decoded: Decoded, events: Mapping[int, Event]) -> list[Failure]:
        detection = self.collector.detection
        for group in decoded.groups:
            source = group.head_decoder.source.id
            for index, rules in zip(group.indexes, detection.matchers[source](group.heads), strict=True):
                expected = detection.plans[source].match_event(events[index])
                if (
                    rules is not None
                    and set(rules) != set(expected)
                    and not oddly_spelled(events[index].record, group.head_decoder.asked)
                ):
                    names = sorted({rule.detector.id for rule in {*rules} ^ {*expected}})
                    return [Failure("fast", "rules", f"{source}: heads and record differ about {names}")]
        return []

    def batch(
        self, cases: Sequence[Case], decoded: Sequence[Decoded | None], number: int, *, collect: bool
    ) -> list[Failure]:
        """What did not hold for the bodies as a batch, a good body in their middle."""
        place = len(cases) // 2
        bodies = [case.body for case in cases]
        bodies.insert(place, good_body(number))
        first = number * 1000
        messages = tuple(Message(body, first + at, ENQUEUED) for at, body in enumerate(bodies))
        batch = Batch("fuzz", str(number % 4), messages)
        self._trouble.last = ""
        try:
            analysis = self.collector.analyse(batch)
            self.collector.alerts_of(analysis.run.findings.values())
            if collect:
                self.asked["batches collected"] += 1
                self.collector.collect(batch)
        except BaseException as error:  # noqa: BLE001 - whatever leaves analyse or collect is the finding
            return [_raised("analyse", error)]
        known = [*decoded[:place], None, *decoded[place:]]
        return [
            *self._unprocessed(analysis),
            *_uncounted(analysis, known, first),
            *_neighbour(analysis, first + place, number),
        ]

    def _unprocessed(self, analysis: Analysis) -> list[Failure]:
        failures = [
            Failure("analyse", letter.reason, self._trouble.last or letter.reason)
            for letter in analysis.letters
            if letter.reason.startswith("could not be processed")
        ]
        if self._trouble.last and not failures:
            failures.append(Failure("analyse", "not together", self._trouble.last))
        failures += [
            Failure("analyse", f"detector {name} raised", text)
            for name, text in analysis.run.error_texts.items()
        ]
        return failures[:1]


def yardstick() -> float:
    """Seconds of CPU time for work that is always the same: a busy neighbour on the same core makes it longer."""
    begun = time.process_time()
    text = json.dumps([{"a": number, "b": str(number)} for number in range(1_000)])
    for _ in range(3):
        json.loads(text)
    return time.process_time() - begun


def _uncounted(analysis: Analysis, decoded: Sequence[Decoded | None], first: int) -> list[Failure]:
    counted: Counter[int] = Counter()
    for parts in analysis.tally.parts.values():
        for part in parts:
            counted[part.sequence_number] += part.count
    letters = Counter(letter.sequence_number for letter in analysis.letters)
    for at, content in enumerate(decoded, first):
        if content is None:
            continue
        records, problems = count_of(content), sum(not problem.harmless for problem in content.problems)
        if (counted[at], letters[at]) != (records, problems):
            told = f"{counted[at]} of {records} records counted, {letters[at]} dead letters of {problems} problems"
            return [Failure("counted", "", told)]
    return []


def _neighbour(analysis: Analysis, sequence_number: int, number: int) -> list[Failure]:
    counted = sum(
        part.count
        for parts in analysis.tally.parts.values()
        for part in parts
        if part.sequence_number == sequence_number
    )
    actor = f"good-{number}@example.com"
    found = [
        finding
        for finding in analysis.run.findings.values()
        if finding.detector.id == GOOD_DETECTOR and finding.fields.get("actor_username") == actor
    ]
    if counted != GOOD_RECORDS or len(found) != 1:
        told = f"{counted} of {GOOD_RECORDS} records counted, {len(found)} findings instead of 1"
        return [Failure("neighbour", "", told)]
    return []


def _told(event: Event) -> str:
    return repr(reading_of(event))


def _differing(fast: Sequence[object], slow: Sequence[object]) -> list[tuple[object, object]]:
    if len(fast) != len(slow):
        return [(f"{len(fast)} records", f"{len(slow)} records")]
    return [(one, other) for one, other in zip(fast, slow, strict=True) if one != other][:2]


def _raised(oracle: str, error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].name}" if frames else ""
    told = "".join(traceback.format_exception(error)[-6:])
    return Failure(oracle, f"{type(error).__name__} in {where}", told)


class _Trouble(logging.Handler):
    """Keeps the last traceback that the collector logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.last = "".join(traceback.format_exception(record.exc_info[1])[-6:])
