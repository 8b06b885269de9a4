"""A sequence: a failure and then a success of one user within ten minutes, in whatever order they are delivered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import SPAN_MINUTES, Kind, Record, Records, event, second_of

WITHIN: Final = 600


def _plant(random: Random, amount: int) -> Iterable[Record]:
    for user in range(amount // 2):
        begin = random.uniform(0, SPAN_MINUTES * 60 - 1_500)
        apart = random.choice((20, 300, 560, 900))
        results = random.choice((("Failure", "Success"), ("Success", "Failure"), ("Failure",), ("Success",)))
        for place, result in enumerate(results):
            yield event(
                begin + place * apart,
                "authn_password_change",
                result=result,
                actor_username=f"member{user}@example.com",
            )


def _expected(records: Records) -> Counter[str]:
    times: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        times[record["actor_username"]][record["result"]].append(second_of(record))
    return Counter(
        f"{user} changed a password at last"
        for user, found in times.items()
        if any(
            0 < success - failure <= WITHIN for failure in found["Failure"] for success in found["Success"]
        )
    )


KIND: Final = Kind("detectors.password_changed_at_last", "authn_password_change", _plant, _expected)
