"""The checks in their order; each outcome is given as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from cli.checking.access import hubs, identity, ingestion, store
from cli.checking.deployment import App, Deployment, read, signed_in
from cli.checking.journey import Patience, canary, clock, not_sent, row, row_of, send
from cli.checking.outcome import NAMES, Line, unknown
from cli.checking.rights import Surroundings, compared
from cli.checking.workspace import CheckedWorkspace, is_here
from shared.base.clock import Clock
from shared.base.clouds import CLOUDS
from shared.upkeep.canary.hub import EventHub, HubUnavailable, PartitionEnd


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. `workspace`: its GUID; `declarations`: a file in place of that of the settings."""

    values: dict[str, str]
    app: App | None
    workspace: str | None
    declarations: Path | None
    patience: Patience
    query_endpoint: str | None = None


def checked(asked: Asked, time: Clock) -> Iterator[Line]:
    """Every line, at least one for each of NAMES."""
    deployment, lines = read(asked.values, asked.app, asked.declarations)
    yield from lines
    if deployment is None:
        yield from (unknown(name, "the settings must be right first") for name in NAMES[1:])
        return
    who = identity(deployment)
    yield who
    if who.state == "ok":
        yield from _services(asked, deployment, time)
    else:
        yield from (unknown(name, "nobody is signed in") for name in NAMES[2:])


def _services(asked: Asked, deployment: Deployment, time: Clock) -> Iterator[Line]:
    rights, around = compared(deployment)
    yield from rights
    tables = store(deployment)
    yield tables
    journeys: list[tuple[EventHub, list[PartitionEnd], datetime]] = []
    for hub, ends, line in hubs(deployment):
        yield line
        if not ends:
            continue
        sent = time.now()
        try:
            send(hub, ends, sent)
        except HubUnavailable as problem:
            yield not_sent(deployment, hub, str(problem))
            continue
        if not journeys:
            yield clock(hub, sent, time.now())
        journeys.append((hub, ends, sent))
    if not journeys:
        yield unknown("clock", "no hub took a canary whose time could be compared")
    check_id = str(uuid4())
    taken = ingestion(deployment, row_of(deployment, check_id, time.now()))
    yield taken
    for hub, ends, sent in journeys:
        if tables.state == "ok":
            yield canary(deployment, hub, ends, sent, asked.patience)
        else:
            yield unknown("canary", f"sent through hub {hub.name}; the store cannot be read")
    if not journeys:
        yield unknown("canary", "no hub took one")
    if taken.state == "ok":
        yield row(_workspace(asked, deployment, around), check_id, asked.patience)
    else:
        yield unknown("row", "no row was taken")


def _workspace(asked: Asked, deployment: Deployment, around: Surroundings | None) -> CheckedWorkspace | None:
    settings = deployment.settings
    found = asked.workspace or settings.workspace_id or (around.workspace if around is not None else None)
    if found is None:
        return None
    endpoint = asked.query_endpoint or CLOUDS[settings.cloud].logs
    here = is_here(endpoint)
    return CheckedWorkspace(str(found), lambda: signed_in(settings, local=here), endpoint)
