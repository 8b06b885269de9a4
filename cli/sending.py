"""Sends bodies to an event hub, as many in a batch as it takes; for `telltale send`.

By whoever signed in with the Azure CLI, by the managed identity in Azure, or to an emulator on this machine. There is
no option for a key: a connection string would end up in the shell's history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from cli.checking.access import SENDER, assign, without_repetition
from cli.checking.deployment import NAMESPACE, emulator, producer, signed_in
from cli.declared import library
from cli.examples import Example, examples_of
from cli.files import FileBody
from shared.base.errors import TelltaleError
from shared.customer.declaration_file import nearest
from shared.events.times import parse_time, rfc3339

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
SUFFIX: Final = ".servicebus.windows.net"
_TIMES: Final = ("time", "eventTime", "timeStamp", "published", "created_at")


class NotSent(TelltaleError):  # noqa: N818 - says what happened
    """The hub did not take everything; the message says how many it took before."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A hub, and where it is: the namespace's address, or an emulator's connection string."""

    hub: str
    where: str

    @property
    def is_here(self) -> bool:
        """Whether it is an emulator on this machine."""
        return self.where.startswith("Endpoint=")


def destination(hub: str | None, values: Mapping[str, str]) -> Destination:
    """The hub that `--hub` names: NAMESPACE/HUB, or HUB in the namespace of the environment."""
    namespace, _, name = (hub or values.get("TELLTALE_HUB_NAME") or "").rpartition("/")
    if not name:
        raise TelltaleError(
            "--hub is missing: NAMESPACE/HUB, or HUB where TelltaleHub__fullyQualifiedNamespace is set"
        )
    if namespace:
        return Destination(name, namespace if "." in namespace else namespace + SUFFIX)
    where = emulator(values) or values.get(NAMESPACE)
    if not where:
        raise TelltaleError(f"--hub {name}: in which namespace? Write NAMESPACE/{name}, or set {NAMESPACE}")
    return Destination(name, where)


def of_example(name: str, expect: str, now: datetime | None) -> list[FileBody]:
    """The first example of a detector that hits (or misses), a body for each record; moved so that it ends `now`."""
    detectors = {detector.id: detector for detector in library().detectors}
    if name not in detectors:
        raise TelltaleError(f"--example {name}: there is no such detector{nearest(name, detectors)}")
    found = next((one for one in examples_of(detectors[name]) if one.expect == expect), None)
    if found is None:
        raise TelltaleError(f"--example {name}: its examples are not here; run it from a checkout")
    records = list(found.records) if now is None else _moved(found, now)
    return [FileBody(name, found.line, orjson.dumps({"records": [record]})) for record in records]


def _moved(example: Example, now: datetime) -> list[Any]:
    """The records, with every time in them, however deep, as much later as brings the newest to `now`."""
    times = [t for record in example.records for key in _TIMES if (t := parse_time(record.get(key)))]
    by = now - max(times) if times else timedelta()
    return [_later(record, by) for record in example.records]


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _later(inner, by) for key, inner in value.items()}
    if isinstance(value, list):
        return [_later(inner, by) for inner in value]
    if isinstance(value, str) and _MOMENT.match(value) and (moment := parse_time(value)) is not None:
        return rfc3339(moment + by)
    return value


def send(to: Destination, bodies: Sequence[FileBody]) -> Iterator[int]:
    """Sends them in their order, and says after each batch how many the hub has taken. Raises NotSent.

    What goes wrong before the first batch costs nothing; a body that is too large is refused before anything is sent.
    """
    from azure.core.exceptions import AzureError
    from azure.eventhub import EventData
    from azure.eventhub.exceptions import EventHubError

    taken = 0
    connect = producer(to.where, to.hub, lambda: signed_in(None, local=to.is_here))
    try:
        with connect() as client:
            batch = client.create_batch()
            _check_sizes(bodies, batch.max_size_in_bytes)
            for body in bodies:
                try:
                    batch.add(EventData(body.body))
                except ValueError:  # it is full
                    client.send_batch(batch)
                    taken += len(batch)
                    yield taken
                    batch = client.create_batch()
                    batch.add(EventData(body.body))
            if len(batch):
                client.send_batch(batch)
                taken += len(batch)
                yield taken
    except (EventHubError, AzureError, OSError) as error:
        said = without_repetition(error)
        raise NotSent(
            f"hub {to.hub}: {type(error).__name__}: {said}; {taken} of {len(bodies)} were taken. {_hint(said, to)}"
        ) from error


def _check_sizes(bodies: Sequence[FileBody], most: int) -> None:
    for body in bodies:
        if len(body.body) + 1024 > most:
            raise TelltaleError(
                f"{body.file}:{body.line}: is {len(body.body)} bytes; the hub takes {most} a message"
            )


def _hint(said: str, to: Destination) -> str:
    if "CBS" in said or "nauthorized" in said or "401" in said:
        return f"You need the role {SENDER}: {assign(SENDER, 'HUB_ID')}"
    if "404" in said or "NotFound" in said:
        return (
            f"Is there a hub {to.hub}? az eventhubs eventhub list --namespace-name NAMESPACE -g rg-telltale"
        )
    return "Is the namespace reachable from here? az eventhubs namespace network-rule-set show"


def checked(bodies: Sequence[FileBody]) -> list[FileBody]:
    """The bodies, if every one can be sent; raises TelltaleError with a line for each that cannot."""
    problems = [f"{body.file}:{body.line}: {body.problem}" for body in bodies if body.problem is not None]
    if problems:
        raise TelltaleError("\n".join(problems))
    if not bodies:
        raise TelltaleError("there is nothing to send: the files hold no record")
    return list(bodies)
