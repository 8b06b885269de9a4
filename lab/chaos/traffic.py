"""What the hub holds in a run: logs of messages for its partitions, from a seed alone.

Planted records lie among ordinary ones of several sources, a little out of order, in envelopes of any size; some
messages cannot be read. The workers read the bodies from a file, so that a command to them stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import orjson

from lab.chaos.kinds import ALL
from lab.chaos.kinds.kind import BEGIN, SPAN_MINUTES, Kind, Record, event, second_of

HUB: Final = "chaos"
FIRST_NUMBER: Final = 1000
_PLANTED_SHARE: Final = 0.02
_BROKEN_SHARE: Final = 0.01
_OUT_OF_ORDER_SECONDS: Final = 60


class Place(NamedTuple):
    """Where a message's body stands in the file, and what the hub says of it (time in seconds since 1970)."""

    number: int
    start: int
    size: int
    enqueued: float


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the hub."""

    number: int
    body: bytes
    enqueued_time: datetime
    records: int


Logs = Mapping[str, Sequence[Message]]
"""The messages of every hub partition, in order."""


def logs_of(
    seed: str,
    records: int,
    partitions: int,
    most_records: int = 80,
    kinds: Sequence[Kind] = ALL,
    share: float = _PLANTED_SHARE,
) -> Logs:
    """About `records` records, over so many partitions, in messages of up to `most_records`.

    share: of them, how many are planted for each of the `kinds`.
    """
    random = Random(f"{seed}/traffic")
    found: dict[str, list[Record]] = {str(number): [] for number in range(partitions)}
    names = list(found)
    planted = [record for kind in kinds for record in kind.plant(random, max(20, int(records * share)))]
    ordinary = (_ordinary(random) for _ in range(max(0, records - len(planted))))
    for record in (*planted, *ordinary):
        found[random.choice(names)].append(record)
    return {name: list(_messages(random, of_one, most_records)) for name, of_one in found.items()}


def _messages(random: Random, records: list[Record], most: int) -> Iterator[Message]:
    records.sort(
        key=lambda record: second_of(record) + random.uniform(-_OUT_OF_ORDER_SECONDS, _OUT_OF_ORDER_SECONDS)
    )
    number, begin, enqueued = FIRST_NUMBER, 0, BEGIN
    while begin < len(records):
        if random.random() < _BROKEN_SHARE:
            yield Message(number, b"no JSON at all \xff %d" % random.randrange(10**9), enqueued, 0)
            number += 1
        some = records[begin : begin + random.randint(1, most)]
        latest = max(map(second_of, some))
        enqueued = max(enqueued, BEGIN + timedelta(seconds=latest - BEGIN.timestamp() + 5))
        yield Message(number, orjson.dumps({"records": some}), enqueued, len(some))
        number += random.choice((1, 1, 1, 2, 7))  # a hub's numbers have gaps
        begin += len(some)


def _ordinary(random: Random) -> Record:
    seconds = random.uniform(0, SPAN_MINUTES * 60)
    kind = random.randrange(6)
    if kind == 0:
        return {
            "time": event(seconds, "")["time"],
            "category": "Administrative",
            "operationName": "MICROSOFT.COMPUTE/VIRTUALMACHINES/READ",
            "resultType": "Success",
            "resourceId": "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/SHOP/PROVIDERS/"
            "MICROSOFT.COMPUTE/VIRTUALMACHINES/VM",
            "identity": "ann@example.com",
        }
    if kind == 1:
        return {
            "time": event(seconds, "")["time"],
            "category": "AuditEvent",
            "operationName": "SecretGet",
            "resultType": "Success",
            "resourceId": "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/SHOP/PROVIDERS/"
            "MICROSOFT.KEYVAULT/VAULTS/V",
        }
    app = ("harbour", "quay", "pier")[random.randrange(3)]
    return event(
        seconds,
        "session_renewed",
        app=app,
        actor_username=f"guest{random.randrange(500)}@example.com",
        session_id=f"{random.getrandbits(64):016x}",
    )


def written(logs: Logs, path: Path) -> dict[str, list[Place]]:
    """Writes all bodies into a file; gives where each stands."""
    places: dict[str, list[Place]] = {}
    with path.open("wb") as file:
        for name, messages in logs.items():
            places[name] = []
            for message in messages:
                enqueued = message.enqueued_time.timestamp()
                places[name].append(Place(message.number, file.tell(), len(message.body), enqueued))
                file.write(message.body)
    return places
