"""What a batch comes to, before anything is written: decoded, counted, detected.

Pure but for the memory of what was decoded before; this is what `make bench` measures. Used by the collector.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.detection.detector import Detector
from shared.detection.dispatch.run import Detection, Run
from shared.detection.windows.contributions import Known
from shared.events.message import Batch, Message
from shared.events.reading.decoder import Decoded, Group
from shared.heartbeat.dimension import NONE, Dimensions
from shared.heartbeat.tally import Tally
from shared.upkeep.dead_letters import DeadLetter

log = logging.getLogger("telltale.collector")

_TOGETHER = 16
"""Messages that are analysed together: enough to ask a source's conditions of many heads at once, few enough that
what was decoded is still in the processor's cache when it is asked.
"""

_WHOLE = 999_999
"""The place, in its dead letter, of a message that is given up as a whole."""


@dataclass(slots=True)
class Analysis:
    """What a batch comes to, before anything is written."""

    batch: Batch
    run: Run
    tally: Tally
    letters: list[DeadLetter] = field(default_factory=list)
    records: int = 0


class Analyser:
    """Analyses batches. `known` and `raised` say what is durable already and need not be counted or found again."""

    def __init__(
        self,
        detection: Detection,
        known: Known,
        raised: Callable[[Detector, tuple[str, ...]], bool],
        dimensions: Dimensions = NONE,
    ) -> None:
        self._detection = detection
        self._dimensions = dimensions
        self._known = known
        self._raised = raised

    def analyse(self, batch: Batch) -> Analysis:
        """Decodes, counts and detects; pure but for the memory of what was decoded before."""
        analysis = self._new(batch)
        try:
            for start in range(0, len(batch.messages), _TOGETHER):
                self._analyse_some(analysis, batch.messages[start : start + _TOGETHER])
        except Exception:
            log.exception("a batch could not be analysed together and is taken message by message")
            return self._analyse_apart(batch)
        return analysis

    def _new(self, batch: Batch) -> Analysis:
        tally = Tally(dimensions=self._dimensions)
        return Analysis(batch, Run(self._detection, batch, self._known, self._raised), tally)

    def _analyse_apart(self, batch: Batch) -> Analysis:
        """Message by message, so that the one which breaks something costs the others nothing."""
        analysis = self._new(batch)
        for message in batch.messages:
            try:
                self._analyse_some(analysis, (message,))
            except Exception as error:
                log.error("a message could not be processed", exc_info=error)
                analysis.tally.take_unreadable(1, self._detection.decoder.source_hint(message.body), message)
                reason = f"could not be processed: {type(error).__name__}"
                analysis.letters.append(_letter(batch, message, _WHOLE, reason, message.body))
        return analysis

    def _analyse_some(self, analysis: Analysis, messages: Sequence[Message]) -> None:
        groups: list[tuple[Group, Message]] = []
        for message in messages:
            decoded = self._detection.decoder.decode(message.body)
            self._analyse_message(analysis, decoded, message)
            groups += [(group, message) for group in decoded.groups]
        # All heads of a source together: what is asked of them is asked once, not once a message.
        analysis.run.take_groups(groups)

    def _analyse_message(self, analysis: Analysis, decoded: Decoded, message: Message) -> None:
        for group in decoded.groups:
            analysis.records += len(group.heads)
            analysis.tally.take_group(group, message)
        for slow in decoded.slow:
            analysis.records += 1
            analysis.tally.take_event(analysis.run.take_slow(slow, message), message)
        problems = [
            (place, problem) for place, problem in enumerate(decoded.problems) if not problem.harmless
        ]
        if problems:
            source = self._detection.decoder.source_hint(problems[0][1].content)
            analysis.tally.take_unreadable(len(problems), source, message)
            for place, problem in problems:
                analysis.letters.append(
                    _letter(analysis.batch, message, place, problem.reason, problem.content)
                )


def _letter(batch: Batch, message: Message, place: int, reason: str, content: bytes) -> DeadLetter:
    return DeadLetter(
        batch.hub, batch.partition, message.sequence_number, place, message.enqueued_time, reason, content
    )
