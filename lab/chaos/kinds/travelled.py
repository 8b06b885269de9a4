"""Travel: two sign-ins of each user, in the same country, in neighbouring ones, or at opposite ends of the Earth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import SPAN_MINUTES, Kind, Record, Records, event

_COUNTRIES: Final = (("SE", "SE"), ("DE", "DK"), ("GB", "AU"), ("NZ", "PT"))
_TOO_FAR: Final = ({"GB", "AU"}, {"NZ", "PT"})


def _plant(random: Random, amount: int) -> Iterable[Record]:
    for user in range(max(1, amount // 2)):
        for country in random.choice(_COUNTRIES):
            yield event(
                random.uniform(0, SPAN_MINUTES * 60),
                "authn_login_success",
                actor_username=f"traveller{user}@example.com",
                src_geo_country=country,
            )


def _expected(records: Records) -> Counter[str]:
    seen: dict[str, set[str]] = defaultdict(set)
    for record in records:
        seen[record["actor_username"]].add(record["src_geo_country"])
    return Counter(f"{user} travelled" for user, found in seen.items() if found in _TOO_FAR)


KIND: Final = Kind("detectors.travelled", "authn_login_success", _plant, _expected)
