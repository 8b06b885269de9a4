"""A stand-in for one event hub, for tests that send and read with the real azure-eventhub client.

`python -m lab.parts.event_hub` (part of `make setup`) installs the AMQP library that `package-lock.json` pins;
`EventHubStandIn` runs `server.js` with it. The client takes its plain connection through the setting that Microsoft's
own emulator uses.
"""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lab.parts.node import HOST, NodePart, PartMissing, node_and_npm

PART = NodePart(Path(__file__).parent, "the AMQP library of the event hub's stand-in")


@dataclass(frozen=True, slots=True)
class Received:
    """An event that the stand-in has taken."""

    partition: int
    sequence_number: int
    body: bytes
    partition_key: str | None


class EventHubStandIn:
    """A running event hub that keeps everything in memory; a context manager. Raises PartMissing."""

    def __init__(self, hub: str = "telemetry", partitions: int = 4) -> None:
        PART.require()
        node, _ = node_and_npm()
        self.hub = hub
        self.partitions = partitions
        self._process = subprocess.Popen(
            [node, str(PART.folder / "server.js"), hub, str(partitions), str(PART.installed)],
            stdin=subprocess.PIPE,  # when it closes, with this process at the latest, the stand-in ends
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.stop()
            raise PartMissing(f"the event hub's stand-in ended with status {self._process.poll()}")
        ports = json.loads(line)
        self.port = int(ports["amqp"])
        self._control = int(ports["http"])
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def connection_string(self) -> str:
        """For `from_connection_string` of azure-eventhub; the key is no secret, any will do."""
        return (
            f"Endpoint=sb://{HOST}:{self.port};SharedAccessKeyName=any;SharedAccessKey=any;"
            f"UseDevelopmentEmulator=true;EntityPath={self.hub}"
        )

    def events(self) -> list[Received]:
        """What has come in, by partition and sequence number."""
        with urllib.request.urlopen(f"http://{HOST}:{self._control}/events") as answer:
            return [
                Received(
                    event["partition"],
                    event["sequence_number"],
                    base64.b64decode(event["body"]),
                    event["key"],
                )
                for event in json.load(answer)
            ]

    def stop(self) -> None:
        """Ends it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
