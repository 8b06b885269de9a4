"""What goes wrong on purpose at the local ingestion endpoint: any answer, any delay, no answer, half an answer.

    with IngestionEndpoint(path=file) as endpoint:
        endpoint.fault = FaultPlan.seeded(7, count=500)
        ...
        ledger = endpoint.ledger()

A certificate that nobody trusts and a name that nobody knows are no faults of one call: they are another address to
deliver to, `IngestionEndpoint(tls=True).url` and `UNKNOWN_HOST`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from itertools import cycle
from random import Random
from threading import Lock
from typing import Final

from lab.azure.ingestion_rules import Call
from shared.base.clock import Clock, SystemClock

UNKNOWN_HOST: Final = "https://telltale.invalid"
"""An address that no name server knows (RFC 6761)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call.

    `status` 0 answers as the service would. `accept`: the rows are judged and taken, and only the answer goes wrong, so
    that the sender cannot know. `delay` in seconds, before the answer. `drop`: the connection is reset in place of an
    answer. `truncated`: the answer ends in the middle. `body` in place of the service's JSON.
    """

    kind: str
    status: int = 0
    code: str = "Planned"
    retry_after: str = ""
    delay: float = 0.0
    accept: bool = False
    drop: bool = False
    truncated: bool = False
    body: bytes | None = None


def kinds(
    *, hang: float = 30.0, slow: float = 0.2, retry_after: float = 1, clock: Clock | None = None
) -> dict[str, Fault]:
    """Every kind of fault by its name.

    `hang`: seconds without an answer, longer than the sender waits. `slow`: seconds that it does wait. `retry_after`:
    seconds that the service asks for, as a number and as a date by `clock`.
    """
    moment = (clock or SystemClock()).now()
    later = format_datetime(
        moment.fromtimestamp(moment.timestamp() + retry_after, moment.tzinfo), usegmt=True
    )
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    every = (
        Fault("400", 400, "InvalidPayload"),
        Fault("401", 401, "InvalidToken"),
        Fault("403", 403, "OperationFailed"),
        Fault("404", 404, "NotFound"),
        Fault("408", 408, "RequestTimeout"),
        Fault("413", 413, "ContentLengthLimitExceeded"),
        Fault("418", 418),
        Fault("429", 429, "TooManyRequests"),
        Fault("429 with seconds", 429, "TooManyRequests", f"{retry_after:g}"),
        Fault("429 with a date", 429, "TooManyRequests", later),
        Fault("429 with nonsense", 429, "TooManyRequests", "soon"),
        Fault("500", 500, "InternalServerError"),
        Fault("502 with a page", 502, body=page),
        Fault("503", 503, "ServiceUnavailable"),
        Fault("503 with seconds", 503, "ServiceUnavailable", f"{retry_after:g}"),
        Fault("504", 504, "GatewayTimeout"),
        Fault("slow", delay=slow, accept=True),
        Fault("hang", delay=hang, drop=True),
        Fault("hang after the rows were taken", delay=hang, drop=True, accept=True),
        Fault("drop", drop=True),
        Fault("drop after the rows were taken", drop=True, accept=True),
        Fault("truncated", 503, "ServiceUnavailable", truncated=True),
        Fault("truncated after the rows were taken", truncated=True, accept=True),
    )
    return {fault.kind: fault for fault in every}


class FaultPlan:
    """Which call meets which fault: a value for `IngestionEndpoint.fault`. Safe to share between threads.

    `faults` names the call, counted from 0 since the plan was made; other calls are answered as the service would.
    `done` counts the faults that have happened, by kind; `left` is how many have not.
    """

    def __init__(self, faults: Mapping[int, Fault]) -> None:
        self.done: Counter[str] = Counter()
        self._faults = dict(faults)
        self._calls = 0
        self._lock = Lock()

    @classmethod
    def in_turn(cls, faults: Iterable[Fault | None]) -> FaultPlan:
        """The next calls meet these, one each; None lets one through."""
        return cls({number: fault for number, fault in enumerate(faults) if fault is not None})

    @classmethod
    def seeded(
        cls,
        seed: int,
        count: int,
        *,
        every: int = 4,
        burst: int = 1,
        faults: Sequence[Fault] | None = None,
    ) -> FaultPlan:
        """`count` faults, each kind about as often as any other, one in about `every` calls, in an order that the seed
        decides; up to `burst` of one kind follow each other, as in an outage.
        """
        random = Random(seed)  # noqa: S311 - repeatable, guards nothing
        chosen = list(_shuffled(random, list(faults or kinds().values()), count))
        plan: dict[int, Fault] = {}
        place = 0
        while chosen:
            place += random.randint(1, max(2 * every - 1, 1))
            fault = chosen.pop()
            for _ in range(random.randint(1, burst)):
                plan[place] = fault
                place += 1
                if len(plan) == count:
                    return cls(plan)
        return cls(plan)

    @property
    def left(self) -> int:
        """How many of the planned faults have not happened yet."""
        with self._lock:
            return len(self._faults)

    def __call__(self, _: Call) -> Fault | None:
        """The fault of this call, or None."""
        with self._lock:
            fault = self._faults.pop(self._calls, None)
            self._calls += 1
            if fault is not None:
                self.done[fault.kind] += 1
        return None if fault is None else replace(fault)


def _shuffled(random: Random, faults: list[Fault], count: int) -> Iterator[Fault]:
    chosen = [fault for fault, _ in zip(cycle(faults), range(count), strict=False)]
    random.shuffle(chosen)
    yield from chosen
