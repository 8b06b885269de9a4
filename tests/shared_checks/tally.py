"""What every record owes: a source, a time and an operation, and the actor or the address that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from shared.events.event import Event
from tests.shared_checks.naming import dated, named

LEAST_NAMED: Final = 0.95
"""Of the records that name an actor or an address, the share that must have it in a normalised field."""
FEWEST_OF_A_SOURCE: Final = 20
"""From so many such records on, a source is held to that share by itself: of fewer, one record is too much of it."""


@dataclass(frozen=True)
class NoSecurityEvent:
    """Records that need no operation, and why."""

    source: str
    reason: str
    covers: Callable[[Any], bool]


def _only(*keys: str) -> Callable[[Any], bool]:
    """Whether a thing is an object with no other keys than these, those apart which a collector adds (`p_...`)."""
    return lambda thing: isinstance(thing, dict) and all(key in keys or key.startswith("p_") for key in thing)


EXCEPTIONS: Final = (
    NoSecurityEvent(
        "azure.functions",
        "a line of text that an app's own code logged; the host's category and operation were dropped on the way",
        _only("level", "time", "properties"),
    ),
    NoSecurityEvent(
        "generic.json", "cut down to a bucket and who asked for it", _only("bucket", "requester")
    ),
    NoSecurityEvent(
        "generic.json",
        "cut down to the name of the service that wrote it",
        lambda record: _only("operation")(record) and _only("producer")(record["operation"]),
    ),
    NoSecurityEvent(
        "github.webhook",
        "cut down to the things it is about; what happened stood in a header of the request",
        _only("pusher", "pull_request", "repository"),
    ),
)


@dataclass
class Tally:
    """What became of the records of one source."""

    records: int = 0
    dated_by_arrival: int = 0
    excused: int = 0
    named: int = 0
    found: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of the records that name somebody, those where it was found."""
        return self.found / self.named if self.named else 1.0


@dataclass
class Tallies:
    """All sources, what single records lack, and how often each exception was needed."""

    by_source: dict[str, Tally] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    excused: Counter[NoSecurityEvent] = field(default_factory=Counter)

    def judge(self, event: Event, place: str) -> None:
        """Counts one event; `place` is the file and line it stands in."""
        source = "app" if event.source.startswith("app.") else event.source
        tally = self.by_source.setdefault(source, Tally())
        tally.records += 1
        tally.dated_by_arrival += event.time_from != "record"
        self.failures += [f"{place}: {source or 'a record'}: {fault}" for fault in _faults(event)]
        if not event.operation:
            exception = exception_for(event)
            if exception is None:
                self.failures.append(f"{place}: {source}: no operation")
            else:
                self.excused[exception] += 1
                tally.excused += 1
        path = next(named(event.record), None)
        if path is not None:
            tally.named += 1
            if event.actor_username or event.actor_user_id or event.src_ip_addr:
                tally.found += 1
            else:
                tally.missed[path] += 1

    def report(self) -> list[str]:
        """Prints the table by source; gives everything that is not as demanded."""
        print(
            f"\n{'source':34}{'records':>9}{'by arrival':>12}{'excused':>9}{'name somebody':>15}{'found':>8}"
        )
        for source, tally in sorted(self.by_source.items()):
            share = f"{tally.share:.0%}" if tally.named else "-"
            missed = f"  {dict(tally.missed.most_common(3))}" if tally.missed else ""
            print(
                f"{source:34}{tally.records:>9}{tally.dated_by_arrival:>12}{tally.excused:>9}"
                f"{tally.named:>15}{share:>8}{missed}"
            )
        print("by arrival: the record holds no time, so that of its arrival counts")
        for exception, count in self.excused.items():
            print(f"excused from an operation: {count} of {exception.source}: {exception.reason}")
        return self.failures + self._too_little()

    def _too_little(self) -> list[str]:
        whole = Tally(
            named=sum(tally.named for tally in self.by_source.values()),
            found=sum(tally.found for tally in self.by_source.values()),
        )
        print(
            f"{whole.found} of {whole.named} records that name an actor or an address have it ({whole.share:.1%})"
        )
        held = {
            "all sources": whole,
            **{
                source: tally for source, tally in self.by_source.items() if tally.named >= FEWEST_OF_A_SOURCE
            },
        }
        return [
            f"{name}: {tally.share:.1%} of the records that name an actor or an address have it, "
            f"{LEAST_NAMED:.0%} are demanded: {dict(tally.missed.most_common(5))}"
            for name, tally in held.items()
            if tally.share < LEAST_NAMED
        ]


def exception_for(event: Event) -> NoSecurityEvent | None:
    """Why this event needs no operation, or None if it does."""
    matching = (one for one in EXCEPTIONS if one.source == event.source and one.covers(event.record))
    return next(matching, None)


def _faults(event: Event) -> list[str]:
    """What the event lacks of source and time."""
    faults = [] if event.source else ["no source"]
    if event.time.utcoffset() != timedelta(0):
        faults.append("its time is not in UTC")
    if event.time_from != "record" and (path := next(dated(event.record), None)):
        faults.append(f"no time, though the record has one in {path}")
    return faults
