"""Findings as records: whoever has an alert of `documents_deleted` in two hours has one more, of a listener."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Final

from lab.chaos.kinds.kind import Kind, Record, Records, second_of


def _plant(_random: Random, _amount: int) -> Iterable[Record]:
    return ()  # what `documents_deleted` plants is enough


def _expected(records: Records) -> Counter[str]:
    slots = {(record["actor_username"], second_of(record) // 3600) for record in records}
    findings = Counter(user for user, _ in slots)
    return Counter(f"{user} deletes again and again" for user, number in findings.items() if number >= 2)


KIND: Final = Kind("detectors.deletes_again", "sensitive_delete", _plant, _expected)
