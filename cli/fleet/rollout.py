"""Rolls a release out to the customers of a ring, one after the other, and stops at the first that fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from cli.azure_cli import AzureCliFailed, az, az_json
from cli.fleet.file import Customer, FleetFile
from cli.fleet.state import Entry, FleetState, Stage
from cli.fleet.steps import Release, account, deploy, find_app, publish, what_if
from shared.base.clock import Clock
from shared.base.errors import TelltaleError

_NOTHING: Final = {"NoChange", "Ignore"}


class RolloutStopped(TelltaleError):  # noqa: N818 - says what happened
    """A customer's rollout cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to a customer. changes: how many resources a deployment changes, where that was asked."""

    customer: Customer
    what: Literal["done", "already done", "nothing to do", "failed"]
    said: str = ""
    changes: int | None = None


def check_order(fleet: FleetFile, ring: int, state: FleetState, release: Release) -> None:
    """Raises TelltaleError where the ring does not exist, or one before it is not done with this release."""
    if ring not in fleet.rings:
        listed = ", ".join(map(str, fleet.rings))
        raise TelltaleError(f"--ring {ring}: {fleet.path} has no customer in it; there are {listed}")
    waiting = [
        customer.name
        for customer in fleet.customers
        if customer.ring < ring
        and release.deploys(customer)
        and not state.is_done(customer.name, release.fingerprint(customer))
    ]
    if waiting:
        names = ", ".join(waiting[:5]) + (", ..." if len(waiting) > 5 else "")
        raise TelltaleError(
            f"--ring {ring}: rings before it are not done with this release ({names}); "
            "roll them out first, or say --out-of-order"
        )


def rollout(
    customers: Sequence[Customer],
    release: Release,
    state: FleetState,
    clock: Clock,
    tell: Callable[[str], None],
) -> Iterator[Progress]:
    """What happened to each customer, in order; after a failure nothing more is tried."""
    for customer in customers:
        fingerprint = release.fingerprint(customer)
        if not release.deploys(customer):
            yield Progress(
                customer, "nothing to do", "delegated by Lighthouse: only a --package can be published"
            )
            continue
        if state.is_done(customer.name, fingerprint):
            yield Progress(customer, "already done")
            continue

        def keep(stage: Stage, said: str = "", *, name: str = customer.name, of: str = fingerprint) -> None:
            state.keep(name, Entry(stage=stage, fingerprint=of, at=clock.now(), said=said))

        keep("begun")
        try:
            changes = _one(customer, release, tell)
        except (AzureCliFailed, RolloutStopped) as error:
            keep("failed", str(error))
            yield Progress(customer, "failed", str(error))
            return
        keep("done")
        yield Progress(customer, "done", changes=changes)


def _one(customer: Customer, release: Release, tell: Callable[[str], None]) -> int | None:
    """All steps of a customer; how many resources changed."""
    tell(f"{customer.name}: whose subscription is it")
    _check_tenant(customer)
    changes = None
    if customer.access == "owner":
        tell(f"{customer.name}: what would change")
        changes = _changes(az(what_if(customer), seconds=None))
        tell(f"{customer.name}: deploying, {changes} resources change")
        az([*deploy(customer), "--output", "none"], seconds=None)
    if release.package is not None:
        app = _app(customer)
        tell(f"{customer.name}: publishing to {app}")
        az([*publish(customer, app, release.package), "--output", "none"], seconds=None)
    return changes


def _check_tenant(customer: Customer) -> None:
    """The subscription is the customer's: a wrong one would give a customer's telemetry to another."""
    found = az_json(account(customer)) or {}
    home = str(found.get("homeTenantId") or found.get("tenantId") or "").lower()
    if home != customer.tenant:
        raise RolloutStopped(
            f"subscription {customer.subscription} belongs to tenant {home or 'unknown'}, "
            f"the fleet file says {customer.tenant}; correct the file"
        )


def _changes(answer: str) -> int:
    """How many resources would change; raises RolloutStopped where one would be deleted."""
    try:
        found: Any = json.loads(answer or "{}")
        changes = [(str(c["changeType"]), str(c["resourceId"])) for c in found.get("changes") or ()]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RolloutStopped("what the deployment would change cannot be read from what az says") from None
    deleted = [resource for kind, resource in changes if kind == "Delete"]
    if deleted:
        raise RolloutStopped(
            f"the deployment would delete {deleted[0]}"
            + (f" and {len(deleted) - 1} more" if deleted[1:] else "")
        )
    return sum(kind not in _NOTHING for kind, _ in changes)


def _app(customer: Customer) -> str:
    names = az_json(find_app(customer)) or []
    if len(names) != 1:
        raise RolloutStopped(
            f"rg-{customer.resources} has {len(names)} function apps; the package goes to exactly one"
        )
    return str(names[0])
