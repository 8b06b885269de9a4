"""A share: one burst a user, of refused and accepted uploads.

The timer judges whatever has arrived. So those that must not alert have too few refused for any part of their records
to do so; for the others it is enough that all of them together do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import Kind, Record, Records, event, second_of

PERCENT: Final = 50
ATTEMPTS: Final = 8
STEP: Final = 60
_REFUSED_AND_TAKEN: Final = ((ATTEMPTS, 0), (3 * ATTEMPTS, ATTEMPTS), (3, 20), (2, 2), (0, ATTEMPTS))


def _plant(random: Random, amount: int) -> Iterable[Record]:
    planted = user = 0
    while planted < amount:
        user += 1
        begin = random.uniform(0, 3600)
        refused, taken = random.choice(_REFUSED_AND_TAKEN)
        for result in ["Failure"] * refused + ["Success"] * taken:
            yield event(
                begin + random.uniform(0, 470),
                "upload_validation",
                result=result,
                actor_username=f"author{user}@example.com",
            )
            planted += 1


def _expected(records: Records) -> Counter[str]:
    steps: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        steps[record["actor_username"]][second_of(record) // STEP].append(record["result"] == "Failure")
    return Counter(f"{user} uploads what is refused" for user, found in steps.items() if _crosses(found))


def _crosses(found: dict[int, list[bool]]) -> bool:
    for step in found:
        inside = [one for earlier in range(step - 9, step + 1) for one in found.get(earlier, ())]
        if len(inside) >= ATTEMPTS and sum(inside) * 100 >= PERCENT * len(inside):
            return True
    return False


KIND: Final = Kind("detectors.uploads_refused", "upload_validation", _plant, _expected)
