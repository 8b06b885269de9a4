"""The local host's hub as the canary sees it, in place of an event hub in Azure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shared.upkeep.canary.hub import HubUnavailable, PartitionEnd

if TYPE_CHECKING:
    from lab.azure.functions_host import LocalHost


class LocalHub:
    """A `shared.upkeep.canary.hub.Hub` in front of `host`, which is there once the collector has been built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.host: LocalHost | None = None

    def ends(self) -> list[PartitionEnd]:
        """See `Hub.ends`."""
        return self._host().ends(self.name)

    def send(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        """See `Hub.send`."""
        host = self._host()
        for partition, body in bodies:
            host.enqueue(partition, body, host.clock.now(), self.name)

    def _host(self) -> LocalHost:
        if self.host is None:
            raise HubUnavailable(f"hub {self.name}: the local host is not there yet")
        return self.host
