"""Azurite, Microsoft's emulator of Azure Storage, for the tests of `shared/storage`.

`python -m lab.parts.azurite` (part of `make setup`) installs the version that `package-lock.json` pins into
`.tools/azurite`; `AzuriteTables` runs its table service.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from lab.parts.node import HOST, NodePart, PartMissing, free_port, node_and_npm

PART = NodePart(Path(__file__).parent, "Azurite")
START_SECONDS = 30.0
STOP_SECONDS = 10.0
# The account and key that every Azurite has; published in its documentation.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
AzuriteMissing = PartMissing


class AzuriteTables:
    """A running table service that keeps everything in memory; a context manager."""

    def __init__(self) -> None:
        PART.require()
        node, _ = node_and_npm()
        program = PART.installed / "node_modules" / "azurite" / "dist" / "src" / "table" / "main.js"
        self.port = free_port()
        options = ["--tableHost", HOST, "--tablePort", str(self.port)]
        options += ["--inMemoryPersistence", "--silent", "--disableTelemetry"]
        self._process = subprocess.Popen(
            [node, str(program), *options],
            cwd=PART.installed,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def connection_string(self) -> str:
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
            f"TableEndpoint=http://{HOST}:{self.port}/{ACCOUNT};"
        )

    def __enter__(self) -> Self:
        try:
            self._wait_until_it_listens()
        except AzuriteMissing:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Interrupt it, as its documentation asks; kill it if it does not listen."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AzuriteMissing(f"Azurite stopped at start with status {self._process.returncode}")
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AzuriteMissing(f"Azurite did not listen within {START_SECONDS:.0f} seconds")
