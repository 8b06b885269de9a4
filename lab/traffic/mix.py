"""The benchmark's mix: bodies as a busy hub holds them, without a story. Called by `make bench` and tests.

Three in ten records are people's sign-ins of about 3 KB; a record is about 2 KB on average. Cardinality is
that of a company with thousands of users: hundreds of operations, an id in nearly every URL.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from lab.traffic.company import Company, build_company
from lab.traffic.envelopes import MOST_RECORDS, body_of
from lab.traffic.identifiers import seeded
from lab.traffic.records.application import application_event
from lab.traffic.records.aws_cloudtrail import trail_event
from lab.traffic.records.azure_activity import administrative
from lab.traffic.records.azure_aks_audit import kubernetes_audit
from lab.traffic.records.azure_appservice_http import http_request
from lab.traffic.records.azure_keyvault import workload_access
from lab.traffic.records.azure_storage import blob_read, blob_write
from lab.traffic.records.entra_audit import directory_change
from lab.traffic.records.entra_signin import interactive_sign_in, non_interactive_sign_in
from lab.traffic.records.entra_workload_signin import managed_identity_sign_in, service_principal_sign_in
from lab.traffic.records.shape import Record
from lab.traffic.routes import RESOURCE, send

START: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
USERS_PER_CUSTOMER: Final = 900
RATE: Final = 60
"""Records a second: what so many users bring, each with some 15 sign-ins an hour."""
_MIXED_BODIES: Final = 0.15

Draw = Callable[[Random, Company, datetime], Record]


def vault_of_any_tenant(rng: Random, company: Company, time: datetime) -> Record:
    """A workload uses its tenant's vault."""
    return workload_access(rng, rng.choice(company.tenants), time)


# What share of a hundred records each source writes.
SHARES: Final[tuple[tuple[Draw, float], ...]] = (
    (interactive_sign_in, 12),
    (non_interactive_sign_in, 18),
    (service_principal_sign_in, 3),
    (managed_identity_sign_in, 2),
    (directory_change, 6),
    (administrative, 8),
    (vault_of_any_tenant, 8),
    (http_request, 14),
    (kubernetes_audit, 9),
    (application_event, 11),
    (trail_event, 6),
    (blob_read, 2),
    (blob_write, 1),
)


def bench_bodies(
    seed: int | str, records: int, company_seed: int | str | None = None, begin: datetime = START
) -> list[bytes]:
    """Bodies of 1 to 100 records, `records` in all, mostly of one source; every body is valid JSON.

    The company is made of `company_seed` (default: `seed`): the same people in other traffic. Time passes from `begin`
    at `RATE`.
    """
    rng = seeded(seed, "mix")
    company = build_company(seed if company_seed is None else company_seed, USERS_PER_CUSTOMER)
    draws = [draw for draw, _ in SHARES]
    # What each source still owes: drawn by that, the shares come out the same for every seed.
    owed = [records * share / 100 for _, share in SHARES]
    bodies = []
    left = records
    while left:
        size = min(left, _size(rng))
        weights = [max(one, 0.01) for one in owed]
        if rng.random() < _MIXED_BODIES:
            chosen = rng.choices(range(len(draws)), weights, k=size)
        else:
            chosen = rng.choices(range(len(draws)), weights) * size
        time = begin + timedelta(seconds=(records - left) / RATE)
        made = [
            draws[number](rng, company, time + timedelta(milliseconds=i)) for i, number in enumerate(chosen)
        ]
        for number in chosen:
            owed[number] -= 1
        bodies.append(body_of(made, send(time, made[0]).export if len(set(chosen)) == 1 else RESOURCE))
        left -= size
    return bodies


def _size(rng: Random) -> int:
    """How many records a body holds: often few, often as many as the export allows."""
    draw = rng.random()
    if draw < 0.25:
        return 1
    if draw < 0.6:
        return rng.randint(2, 20)
    return rng.randint(20, MOST_RECORDS) if draw < 0.9 else MOST_RECORDS
