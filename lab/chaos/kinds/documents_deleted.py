"""One alert a user and hour, in whatever order and batches the records come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import SPAN_MINUTES, Kind, Record, Records, event, second_of


def _plant(random: Random, amount: int) -> Iterable[Record]:
    users = max(1, amount // 6)
    for _ in range(amount):
        yield event(
            random.uniform(0, SPAN_MINUTES * 60),
            "sensitive_delete",
            actor_username=f"clerk{random.randrange(users)}@example.com",
        )


def _expected(records: Records) -> Counter[str]:
    slots = {(record["actor_username"], second_of(record) // 3600) for record in records}
    return Counter(f"{user} deleted documents" for user, _ in slots)


KIND: Final = Kind("detectors.documents_deleted", "sensitive_delete", _plant, _expected)
