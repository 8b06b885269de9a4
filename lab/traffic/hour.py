"""One office hour of the company, from every source and every tenant, as the hub's partitions receive it.

`play` is called by the local host for `make run`, and by tests; `ordinary` is the same hour before it is
packed and without the incident.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Final

from lab.traffic import story
from lab.traffic.company import Company, build_company
from lab.traffic.envelopes import Delivery, pack
from lab.traffic.identifiers import seeded
from lab.traffic.records.application import application_event
from lab.traffic.records.aws_cloudtrail import trail_event
from lab.traffic.records.azure_activity import ordinary_pair
from lab.traffic.records.azure_aks_audit import kubernetes_audit
from lab.traffic.records.azure_appservice_http import http_request
from lab.traffic.records.azure_keyvault import vault_access
from lab.traffic.records.azure_storage import blob_read, blob_write
from lab.traffic.records.entra_audit import directory_change
from lab.traffic.records.entra_signin import interactive_sign_in, non_interactive_sign_in
from lab.traffic.records.entra_workload_signin import managed_identity_sign_in, service_principal_sign_in
from lab.traffic.records.shape import Record
from lab.traffic.restraint import Restraint
from lab.traffic.routes import Sent, send

PARTITIONS: Final = 4
_DRAWS_BEFORE_GIVING_UP: Final = 20

Draw = Callable[[Random, Company, datetime], Record]

# What share of a hundred records each source writes; Azure Activity's are pairs of a start and a success.
SHARES: Final[tuple[tuple[Draw, float], ...]] = (
    (interactive_sign_in, 6),
    (non_interactive_sign_in, 18),
    (service_principal_sign_in, 6),
    (managed_identity_sign_in, 4),
    (directory_change, 4),
    (vault_access, 7),
    (kubernetes_audit, 13),
    (http_request, 15),
    (blob_read, 5),
    (blob_write, 2),
    (trail_event, 5),
    (application_event, 10),
)
ACTIVITY_SHARE: Final = 5


def play(
    seed: int | str,
    start: datetime,
    minutes: int = 60,
    records: int = 24_000,
    *,
    incident: bool = True,
    partitions: int = PARTITIONS,
) -> Iterator[Delivery]:
    """The hub's messages in order of their enqueued time: (partition, body, enqueued time).

    `start` is aware and UTC. About `records` ordinary records are written in `minutes`; the incident comes on
    top, and what of it lies after the last minute is left out. With it, the vault is silent from minute 34 to
    52. Messages arrive up to some minutes after the last record, as late as their exports bring them.
    """
    company = build_company(seed)
    traffic = ordinary(seed, company, start, minutes, records)
    if not incident:
        yield from pack(seeded(seed, "envelopes"), traffic, partitions)
        return
    end = start + timedelta(minutes=minutes)
    heard = (sent for sent in traffic if not story.is_silenced(start, sent.time, sent.record))
    told = sorted(
        (sent for step in story.steps(seed, company, start) for sent in step.sent if sent.time < end),
        key=attrgetter("time"),
    )
    broken = (
        delivery
        for delivery in story.malformed(seed, company, start, partitions)
        if delivery.enqueued_time < end
    )
    packed = pack(seeded(seed, "envelopes"), heapq.merge(heard, told, key=attrgetter("time")), partitions)
    yield from heapq.merge(packed, broken, key=attrgetter("enqueued_time"))


def ordinary(
    seed: int | str, company: Company, start: datetime, minutes: int, records: int
) -> Iterator[Sent]:
    """Ordinary records in order of time; the success of an Azure operation may follow the last minute."""
    rng = seeded(seed, "ordinary")
    restraint = Restraint()
    draws: list[Draw | None] = [None, *(draw for draw, _ in SHARES)]
    weights = [ACTIVITY_SHARE / 2, *(share for _, share in SHARES)]
    slots = round(records * sum(weights) / (sum(weights) + ACTIVITY_SHARE / 2))
    offsets = sorted(rng.random() * minutes * 60 for _ in range(slots))
    to_come: list[tuple[datetime, int, Record]] = []
    for number, (offset, draw) in enumerate(zip(offsets, rng.choices(draws, weights, k=slots), strict=True)):
        time = start + timedelta(seconds=offset)
        while to_come and to_come[0][0] <= time:
            due, _, record = heapq.heappop(to_come)
            yield send(due, record)
        if draw is None:
            begun, done, took = ordinary_pair(rng, company, time)
            heapq.heappush(to_come, (time + took, number, done))
            yield send(time, begun)
            continue
        drawn = _restrained(rng, company, time, draw, restraint)
        if drawn is not None:
            yield send(time, drawn)
    for due, _, record in sorted(to_come, key=lambda waiting: waiting[:2]):
        yield send(due, record)


def _restrained(
    rng: Random, company: Company, time: datetime, draw: Draw, restraint: Restraint
) -> Record | None:
    """A record that is not one failure too many; none, if every draw was."""
    for _ in range(_DRAWS_BEFORE_GIVING_UP):
        record = draw(rng, company, time)
        if restraint.admits(time, record):
            return record
    return None
