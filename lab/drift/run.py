"""Play and score the sources of seeds, on all cores. A seed has one source of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import starmap
from random import Random

from lab.drift.play import Played, play
from lab.drift.profiles import KINDS
from lab.drift.score import Score, score
from lab.drift.source import Source, sources
from lab.drift.worlds import world


def sources_of(seed: int) -> list[Source]:
    """The sources of a seed, in the order of `KINDS`."""
    return sources(seed, world(seed), [kind(Random(f"{seed}/{place}")) for place, kind in enumerate(KINDS)])


def scored(seed: int, place: int) -> tuple[Played, Score]:
    """A source of a seed, played and scored."""
    source = sources_of(seed)[place]
    played = play(source, list(source.slots()))
    return played, score(played, list(source.slots(faulty=False)))


def _score(seed: int, place: int) -> Score:
    return scored(seed, place)[1]


def scores(seeds: Iterable[int], processes: int = 1) -> Sequence[Score]:
    """The scores of all sources of the seeds."""
    each = [(seed, place) for seed in seeds for place in range(len(KINDS))]
    if processes == 1:
        return list(starmap(_score, each))
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(_score, *zip(*each, strict=True)))
