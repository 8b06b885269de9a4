"""One process of a run: its share of the batches, judged one after the other. Called by `__main__` and tests.

Says what it found through a queue; what it is at stands in shared memory, so that even a crash of the interpreter or a
body that never ends is told with its number.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz.cases import Case, Material, case_of
from fuzz.good import good_records
from fuzz.judge import Failure, Judge
from fuzz.seeds import read_seeds
from fuzz.shrink import shrunk

BATCH = 10
"""Bodies that are handed to the collector together, and one good body with them."""

MOST_GROWTH = 256 << 20
"""Bytes by which a process may grow over the whole run: the largest bodies, and every memory of a collector filled."""

_COMPARED = 0.8
_COLLECTED = 0.1
_MOST_OF_A_KIND = 1
_LARGEST_ANALYSED = 64 << 10


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that did not hold. `smallest`: the least of the body that still fails in the same way."""

    index: int
    kind: str
    failure: Failure
    body: bytes
    smallest: bytes


@dataclass(slots=True)
class Told:
    """What a share of the work came to, so far or in all. Bytes of memory, seconds of CPU time."""

    bodies: int = 0
    size: int = 0
    slowest: float = 0.0
    slowest_case: int = -1
    peak: int = 0
    growth: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: bool = False


def peak_memory() -> int:
    """The most bytes that this process has ever held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


class Share:
    """The batches of one process: `first`, and every `step`-th after it, up to `bodies` bodies of the whole run."""

    def __init__(self, seed: int | str, corpus: Path | None = None, most_findings: int = 5) -> None:
        seeds = read_seeds(corpus)
        self.seed = seed
        self.material = Material(seeds, good_records(seeds))
        self.judge = Judge()
        self.told = Told()
        self._most_findings = most_findings
        self._known: set[tuple[str, str]] = set()
        self._warm_up()
        gc.collect()
        gc.freeze()  # what stays is not looked at again, so that the clock measures bodies
        self._base = peak_memory()

    def _warm_up(self) -> None:
        """Everything is imported and compiled before it is measured."""
        for index in range(3):
            case = case_of("warm-up", index, self.material)
            self.judge.body(case, compared=True)
            self.judge.batch([case], [None], index, collect=True)
        self.judge.slowest, self.judge.slowest_case = 0.0, -1

    def run(self, bodies: int, first: int = 0, step: int = 1, *, say: Callable[[Told, int], None] | None = None) -> Told:
        """Judges its share; `say` hears of every batch before it begins."""
        for number in range(first, -(-bodies // BATCH), step):
            if say is not None:
                say(self.told, number)
            self.batch(number, range(number * BATCH, min((number + 1) * BATCH, bodies)))
            if len(self.told.findings) >= self._most_findings:
                break
        self._take_stock()
        self.told.done = True
        return self.told

    def batch(self, number: int, indexes: range) -> None:
        """Judges the bodies with these numbers, one by one and together."""
        rng = Random(f"{self.seed}/batch/{number}")
        cases = [case_of(self.seed, index, self.material) for index in indexes]
        decoded = []
        for case in cases:
            content, failures = self.judge.body(case, compared=rng.random() < _COMPARED)
            decoded.append(content)
            for failure in failures:
                self._found(case, failure, alone=True)
            self.told.size += len(case.body)
        together = [(case, content) for case, content in zip(cases, decoded, strict=True) if content is not None]
        failures = self.judge.batch(
            [case for case, _ in together],
            [content for _, content in together],
            number,
            collect=rng.random() < _COLLECTED,
        )
        for failure in failures:
            self._found(self._culprit(cases, failure), failure, alone=False)
        self.told.bodies += len(cases)
        if number % 64 == 0:
            self._take_stock()

    def _take_stock(self) -> None:
        told, judge = self.told, self.judge
        told.peak = peak_memory()
        told.growth = told.peak - self._base
        told.slowest, told.slowest_case = judge.slowest, judge.slowest_case
        told.asked = dict(judge.asked)
        if told.growth > MOST_GROWTH:
            failure = Failure("memory", "", f"grew by {told.growth >> 20} MB")
            if failure.signature not in self._known:
                self._known.add(failure.signature)
                told.findings.append(Finding(-1, "all bodies so far", failure, b"", b""))

    def _culprit(self, cases: list[Case], failure: Failure) -> Case:
        """The body that fails in the same way with nothing but the good one beside it; the first where none does."""
        return next((case for case in cases if self._fails_in_batch(case, failure)), cases[0])

    def _fails_in_batch(self, case: Case, failure: Failure) -> bool:
        decoded, failures = self.judge.body(case, compared=False)
        failures += self.judge.batch([case], [decoded], 0, collect=True)
        return any(found.signature == failure.signature for found in failures)

    def _found(self, case: Case, failure: Failure, *, alone: bool) -> None:
        if failure.signature in self._known:
            return
        self._known.add(failure.signature)

        def fails(core: bytes) -> bool:
            if not case.allowed(core):
                return False
            smaller = Case(case.index, case.kind, core, case.write, case.good, case.allowed)
            if not alone:
                return self._fails_in_batch(smaller, failure)
            _, failures = self.judge.body(smaller, compared=True)
            return any(found.signature == failure.signature for found in failures)

        core = shrunk(case.core, fails, most_seconds=60 if failure.oracle == "slow" else 20)
        self.told.findings.append(Finding(case.index, case.kind, failure, case.body, case.write(core)))


def only(share: Share, index: int) -> Told:
    """Judges the body with this number alone."""
    share.batch(index // BATCH, range(index, index + 1))
    share._take_stock()
    return share.told


__all__ = ["BATCH", "Finding", "Share", "Told", "only", "time"]
