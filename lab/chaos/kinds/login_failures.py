"""A count window: bursts of failed sign-ins, past the threshold and one short of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any, Final

from lab.chaos.kinds.kind import Kind, Record, Records, burst_starts, episodes, event, second_of

THRESHOLD: Final = 6
STEP: Final = 60
_AMOUNTS: Final = (1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 5, 3 * THRESHOLD)


def _plant(random: Random, amount: int) -> Iterable[Record]:
    planted = user = 0
    while planted < amount:
        user += 1
        for begin in burst_starts(random):
            for _ in range(random.choice(_AMOUNTS)):
                name = random.choice((f"user{user}@example.com", f"USER{user}@Example.com"))
                seconds = begin + random.uniform(0, 470)
                yield event(seconds, "authn_login_fail", result="Failure", actor_username=name)
                planted += 1


def _counted(records: Records) -> Counter[tuple[str, int]]:
    return Counter((record["actor_username"].casefold(), second_of(record) // STEP) for record in records)


def _expected(records: Records) -> Counter[str]:
    steps: dict[str, dict[int, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for number, record in enumerate(records):
        steps[record["actor_username"].casefold()][second_of(record) // STEP].add(number)
    return +Counter(
        {f"{user} failed to sign in": episodes(found, THRESHOLD, STEP) for user, found in steps.items()}
    )


KIND: Final = Kind("detectors.login_failures", "authn_login_fail", _plant, _expected, _counted)
