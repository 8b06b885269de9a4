"""An alert for every record that matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import SPAN_MINUTES, Kind, Record, Records, event


def _plant(random: Random, amount: int) -> Iterable[Record]:
    for number in range(amount):
        yield event(
            random.uniform(0, SPAN_MINUTES * 60),
            "privilege_permissions_changed",
            result=random.choice(("Success", "Success", "Failure")),
            target_name=f"share-{number}",
        )


def _expected(records: Records) -> Counter[str]:
    return Counter(
        f"{record['target_name']} was opened to all" for record in records if record["result"] == "Success"
    )


KIND: Final = Kind("detectors.permission_changed", "privilege_permissions_changed", _plant, _expected)
