"""Takes up again what was set aside: dead letters, through the pipeline as it is now.

Redriving a letter twice, or after a crash half way, changes nothing: it is counted under an owner of its own, and is
deleted only when its alerts are in the outbox. Used by `telltale redrive`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.collector.collector import Collector
from shared.delivery.outbox_rows import Entry
from shared.events.message import Batch, Message
from shared.upkeep.dead_letters import DeadLetter

RedriveOutcome = Literal["read", "partly read", "still unreadable"]


@dataclass(frozen=True, slots=True)
class RedriveFilter:
    """Which of the things that were set aside are meant. Texts are looked for without regard to case.

    reason: part of the reason. since, until: when the hub took the letter, or the alert was raised. about: part of the
    hub's name or of the alert's rule or name, or its whole EventUid.
    """

    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None
    about: str = ""

    def letter(self, letter: DeadLetter) -> bool:
        """Whether a letter is meant."""
        return (
            self._in_time(letter.enqueued_time)
            and self._says(letter.reason)
            and self.about.casefold() in letter.hub.casefold()
        )

    def alert(self, entry: Entry) -> bool:
        """Whether an alert is meant."""
        named = (entry.rule, entry.name)
        return (
            self._in_time(datetime.fromisoformat(entry.created))
            and self._says(entry.reason)
            and (entry.uid == self.about or any(self.about.casefold() in text.casefold() for text in named))
        )

    def _in_time(self, moment: datetime) -> bool:
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

    def _says(self, reason: str) -> bool:
        return self.reason.casefold() in reason.casefold()


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a letter: how many records were read from it, and how many new alerts they raised."""

    letter: DeadLetter
    outcome: RedriveOutcome
    records: int
    alerts: int


def redrive(collector: Collector, letters: Iterable[DeadLetter]) -> Iterator[Redriven]:
    """Takes letters through the pipeline as it is now, one by one; deletes those that are read to their end.

    Raises StorageError where the store fails; go on by redriving again.
    """
    for letter in letters:
        # Its own owner, because rows know by sequence number what they have counted, and later ones were counted.
        hub = f"{letter.hub}~{letter.sequence_number}.{letter.place}"
        message = Message(letter.content, letter.sequence_number, letter.enqueued_time)
        report = collector.collect(Batch(hub, letter.partition, (message,)), redriven=True)
        if not report.dead_letters:
            collector.dead_letters.remove(letter)
            yield Redriven(letter, "read", report.records, len(report.raised))
        else:
            outcome: RedriveOutcome = "partly read" if report.records else "still unreadable"
            yield Redriven(letter, outcome, report.records, len(report.raised))
