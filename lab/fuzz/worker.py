"""One process's share of a run: batches of bodies, judged one after the other. Called by `__main__` and by tests."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from lab.fuzz.cases import Case, Material, case_of
from lab.fuzz.good import good_records
from lab.fuzz.judge import Failure, Judge
from lab.fuzz.seeds import read_seeds
from lab.fuzz.shrink import shrunk

BATCH: Final = 10
"""Bodies that are handed to the collector together, and one good body with them."""

MOST_GROWTH: Final = 256 << 20
"""Bytes by which a process may grow in a whole run: what the largest body takes, and a collector's memories filled."""

_COMPARED: Final = 0.8
_COLLECTED: Final = 0.1
_BATCHES_A_STOCK: Final = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that did not hold for body `index`. smallest: the least of it that still fails in the same way."""

    index: int
    kind: str
    failure: Failure
    body: bytes
    smallest: bytes


@dataclass(slots=True)
class Told:
    """What a share of the work came to, so far or in all. Sizes in bytes, `slowest` in seconds of CPU time."""

    seeds: int = 0
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
    """Judges bodies of the run `seed`; stops at `most_findings` different findings."""

    def __init__(
        self,
        seed: int | str,
        corpus: Path | None = None,
        *,
        most_findings: int = 5,
        judge: Judge | None = None,
        most_growth: int = MOST_GROWTH,
    ) -> None:
        seeds = read_seeds(corpus)
        self.seed = seed
        self.material = Material(seeds, good_records(seeds))
        self.judge = judge or Judge()
        self.told = Told(seeds=seeds.size)
        self._most_findings = most_findings
        self._most_growth = most_growth
        self._known: set[tuple[str, str]] = set()
        self._warm_up()
        self._base = peak_memory()

    def _warm_up(self) -> None:
        """Everything is imported and compiled before it is measured."""
        for index in range(3):
            case = case_of("warm-up", index, self.material)
            self.judge.body(case, compared=True)
            self.judge.batch([case], [None], index, collect=True)
        self.judge.forget()
        gc.collect()
        gc.freeze()  # what stays is not looked at again: the clock measures bodies, not their surroundings

    def run(
        self, bodies: int, first: int = 0, step: int = 1, *, say: Callable[[Told, int], None] | None = None
    ) -> Told:
        """Judges batch `first` and every `step`-th after it, of a run of `bodies`; `say` hears of each as it begins."""
        for number in range(first, -(-bodies // BATCH), step):
            if say is not None:
                say(self.told, number)
            self.batch(number, range(number * BATCH, min((number + 1) * BATCH, bodies)))
            if len(self.told.findings) >= self._most_findings:
                break
        return self._finished()

    def one(self, index: int) -> Told:
        """Judges the body with this number, by itself."""
        self.batch(index // BATCH, range(index, index + 1))
        return self._finished()

    def _finished(self) -> Told:
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
        readable = [content is not None for content in decoded]
        failures = self.judge.batch(
            [case for case, is_readable in zip(cases, readable, strict=True) if is_readable],
            [content for content in decoded if content is not None],
            number,
            collect=rng.random() < _COLLECTED,
        )
        for failure in failures:
            self._found(self._culprit(cases, failure), failure, alone=False)
        self.told.bodies += len(cases)
        if number % _BATCHES_A_STOCK == 0:
            self._take_stock()

    def _take_stock(self) -> None:
        told, judge = self.told, self.judge
        told.peak = peak_memory()
        told.growth = told.peak - self._base
        told.slowest, told.slowest_case = judge.slowest, judge.slowest_case
        told.asked = dict(judge.asked)
        if told.growth > self._most_growth:
            failure = Failure("memory", "", f"the process grew by {told.growth >> 20} MB")
            if failure.signature not in self._known:
                self._known.add(failure.signature)
                told.findings.append(Finding(-1, "all bodies so far", failure, b"", b""))

    def _culprit(self, cases: list[Case], failure: Failure) -> Case:
        """The body that fails in the same way with nothing but the good one beside it; the first where none does."""
        return next((case for case in cases if self._fails_in_batch(case, failure)), cases[0])

    def _fails_in_batch(self, case: Case, failure: Failure) -> bool:
        decoded, failures = self.judge.body(case, compared=False)
        if decoded is not None:
            failures = self.judge.batch([case], [decoded], 0, collect=True)
        return any(found.signature == failure.signature for found in failures)

    def _found(self, case: Case, failure: Failure, *, alone: bool) -> None:
        if failure.signature in self._known:
            return
        self._known.add(failure.signature)

        def fails(core: bytes) -> bool:
            if not case.allowed(core):
                return False
            smaller = replace(case, core=core)
            if not alone:
                return self._fails_in_batch(smaller, failure)
            _, failures = self.judge.body(smaller, compared=failure.oracle == "fast")
            return any(found.signature == failure.signature for found in failures)

        core = shrunk(case.core, fails)
        self.told.findings.append(Finding(case.index, case.kind, failure, case.body, case.write(core)))
