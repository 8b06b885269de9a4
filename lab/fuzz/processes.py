"""Share a run among processes, and notice what none of them can tell itself. Called by `__main__`.

What each process is at stands in shared memory, so that even a crash of the interpreter, or a body that never ends,
is told with its number.
"""

from __future__ import annotations

import multiprocessing
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from lab.fuzz.judge import Failure
from lab.fuzz.worker import BATCH, Finding, Share, Told

_SECONDS_BETWEEN_WORDS: Final = 2.0
_SECONDS_BETWEEN_REPORTS: Final = 20.0
_SECONDS_TO_DIE: Final = 5.0
_SECONDS_OF_SILENCE: Final = 300.0
"""After so long without a word, a process is taken to be stuck in a body."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is. findings: the number of different ones at which a process stops."""

    bodies: int
    seed: str
    corpus: Path | None
    processes: int
    findings: int


def work(options: Options, first: int, at: Any, told: Any) -> None:
    """One process: its share of the batches; `at[first]` says which one it is in, `told` takes how far it is."""
    share = Share(options.seed, options.corpus, most_findings=options.findings)
    last = time.monotonic()

    def say(so_far: Told, number: int) -> None:
        nonlocal last
        at[first] = number
        if time.monotonic() - last > _SECONDS_BETWEEN_WORDS:
            last = time.monotonic()
            told.put((first, replace(so_far, findings=list(so_far.findings))))

    told.put((first, share.run(options.bodies, first, options.processes, say=say)))


def run(
    options: Options,
    report: Callable[[Sequence[Told]], object],
    target: Callable[[Options, int, Any, Any], None] = work,
) -> list[Told]:
    """Runs every process to its end; one that dies or gets stuck is told as a finding. `report` hears how far it is."""
    context = multiprocessing.get_context("spawn")
    at = context.Array("q", [-1] * options.processes)
    told: Any = context.Queue()
    processes = [
        context.Process(target=target, args=(options, first, at, told), daemon=True)
        for first in range(options.processes)
    ]
    for process in processes:
        process.start()
    latest = [Told() for _ in processes]
    heard = [time.monotonic()] * len(processes)
    reported = time.monotonic()
    while not all(one.done for one in latest):
        for first, so_far in _words(told):
            latest[first], heard[first] = so_far, time.monotonic()
        now = time.monotonic()
        for first, process in enumerate(processes):
            if not latest[first].done and (reason := _trouble(process, now - heard[first])):
                latest[first].findings.append(_lost(at[first], reason))
                latest[first].done = True
        if now - reported > _SECONDS_BETWEEN_REPORTS:
            reported = now
            report(latest)
    for process in processes:
        process.terminate()
        process.join()
    return latest


def _words(told: Any) -> Iterator[tuple[int, Told]]:
    """Everything that was said; waits a second for the first word."""
    try:
        yield told.get(timeout=1)
        while True:
            yield told.get_nowait()
    except queue.Empty:
        return


def _trouble(process: BaseProcess, silent: float) -> str | None:
    if not process.is_alive() and silent > _SECONDS_TO_DIE:
        return f"the process died with exit code {process.exitcode}"
    return f"no word for {silent:.0f} seconds" if silent > _SECONDS_OF_SILENCE else None


def _lost(number: int, reason: str) -> Finding:
    kind = f"one of {BATCH} bodies from here on" if number >= 0 else "before the first body"
    return Finding(max(number * BATCH, -1), kind, Failure("process", reason, reason), b"", b"")
