"""A deployment on this machine: a hub over AMQP, tables in Azurite, an ingestion endpoint, a workspace, a collector."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self

from lab.azure.ingestion import IngestionEndpoint
from lab.parts.azurite import ACCOUNT, AzuriteTables
from lab.parts.event_hub import EventHubStandIn
from shared.base.clock import SystemClock
from shared.collector.collector import Collector
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import AzureTableStore, StorageError

RULE = "dcr-" + "0" * 32
WORKSPACE = "11111111-2222-4333-8444-555555555555"


class LocalWorkspace:
    """The query API of a workspace whose rows are those that the ingestion endpoint took; `late` hides them."""

    def __init__(self, endpoint: IngestionEndpoint) -> None:
        workspace = self
        self.late = False

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["query"]
                found = re.search(r'Why == "([^"]+)"', query)
                assert found, query
                hits = sum(row.get("Why") == found[1] for row in endpoint.rows() if not workspace.late)
                known = self.path == f"/v1/workspaces/{WORKSPACE}/query"
                body = json.dumps({"tables": [{"rows": [[hits]]}]}).encode()
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Running:
    """A collector that processes what the hub takes, as the function app would; a context."""

    def __init__(self, hub: EventHubStandIn, tables: AzuriteTables) -> None:
        self._hub = hub
        self._store = AzureTableStore.from_connection_string(tables.connection_string)
        self._collector = Collector(
            store=self._store, clock=SystemClock(), detectors=[], registry=registry(), partitions=4
        )
        self._ended = Event()
        self._next: dict[int, int] = defaultdict(int)
        self._thread = Thread(target=self._process, daemon=True)

    def _process(self) -> None:
        while not self._ended.wait(0.05):
            events = []
            with suppress(OSError):
                events = self._hub.events()
            for partition in {event.partition for event in events}:
                new = [
                    Message(event.body, event.sequence_number, SystemClock().now())
                    for event in events
                    if event.partition == partition and event.sequence_number >= self._next[partition]
                ]
                if new:
                    with suppress(StorageError):
                        self._collector.collect(Batch(self._hub.hub, str(partition), tuple(new)))
                    self._next[partition] = new[-1].sequence_number + 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._store.close()


def settings(hub: EventHubStandIn, tables: AzuriteTables, endpoint: IngestionEndpoint) -> dict[str, str]:
    """The environment of a collector that uses all of them."""
    return {
        "TELLTALE_HUB_NAME": hub.hub,
        "TELLTALE_HUB_PARTITIONS": str(hub.partitions),
        "TELLTALE_CONSUMER_GROUP": "telltale",
        "TELLTALE_CUSTOMER": "contoso",
        "TELLTALE_TABLES_ENDPOINT": f"http://127.0.0.1:{tables.port}/{ACCOUNT}",
        "TELLTALE_INGESTION_ENDPOINT": endpoint.url,
        "TELLTALE_DCR_IMMUTABLE_ID": RULE,
        "TelltaleHub": hub.connection_string,
    }
