"""A distinct window: bursts of refused requests, for too many different objects and for one too few."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any, Final

from lab.chaos.kinds.kind import Kind, Record, Records, burst_starts, episodes, event, second_of

THRESHOLD: Final = 5
STEP: Final = 60
_AMOUNTS: Final = (2, THRESHOLD - 1, THRESHOLD, 2 * THRESHOLD)


def _plant(random: Random, amount: int) -> Iterable[Record]:
    planted = address = 0
    while planted < amount:
        address += 1
        for begin in burst_starts(random):
            objects = random.choice(_AMOUNTS)
            for number in [*range(objects), *random.choices(range(objects), k=objects)]:
                seconds = begin + random.uniform(0, 470)
                yield event(
                    seconds,
                    "authz_fail",
                    result="Failure",
                    src_ip_addr=f"198.18.{address >> 8}.{address & 255}",
                    target_name=f"Invoice {number}",
                )
                planted += 1


def _steps(records: Records) -> dict[str, dict[int, set[Any]]]:
    steps: dict[str, dict[int, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        steps[record["src_ip_addr"]][second_of(record) // STEP].add(record["target_name"].casefold())
    return steps


def _expected(records: Records) -> Counter[str]:
    return +Counter(
        {
            f"{address} probed objects": episodes(found, THRESHOLD, STEP)
            for address, found in _steps(records).items()
        }
    )


KIND: Final = Kind("detectors.objects_probed", "authz_fail", _plant, _expected)
