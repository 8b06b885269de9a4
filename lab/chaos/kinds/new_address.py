"""A value first seen: an early address of each user, and later the same, one too early to tell, or new ones.

Each address is early or late, and a user's first record tells both when learning began and what was known then: so no
part of the records shows a new address that all of them do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import Kind, Record, Records, event, second_of

LEARN: Final = 3600
_LATER: Final = (("same",), ("new",), ("new", "other"), ("soon",), ("new", "new", "same"))


def _plant(random: Random, amount: int) -> Iterable[Record]:
    for user in range(max(1, amount // 3)):
        begin = random.uniform(0, 600)
        yield _seen(user, begin, 1)
        for name in random.choice(_LATER):
            after = random.uniform(600, 3000) if name == "soon" else random.uniform(3700, 5200)
            yield _seen(user, begin + after, {"same": 1, "soon": 2, "new": 3, "other": 4}[name])


def _seen(user: int, seconds: float, host: int) -> Record:
    name, address = f"partner{user}@example.com", f"10.{user >> 8}.{user & 255}.{host}"
    return event(seconds, "authn_token_created", actor_username=name, src_ip_addr=address)


def _expected(records: Records) -> Counter[str]:
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for record in records:
        of_user, address = first[record["actor_username"]], record["src_ip_addr"]
        of_user[address] = min(second_of(record), of_user.get(address, second_of(record)))
    return Counter(
        f"{user} came from {address}"
        for user, found in first.items()
        for address, time in found.items()
        if time >= min(found.values()) + LEARN
    )


KIND: Final = Kind("detectors.new_address", "authn_token_created", _plant, _expected)
