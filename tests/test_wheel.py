"""What `pip install` brings: functions, shared and cli, and a command that says what needs a checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INSTALLED = {"cli", "functions", "shared"}

COMMAND = """
import sys
sys.path += {paths!r}
from importlib.metadata import distribution
from importlib.util import find_spec
assert not (find_spec("lab") or find_spec("build")), "this is to run without them"
(command,) = distribution("telltale").entry_points.select(group="console_scripts", name="telltale")
command.load()()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, with the setuptools that is installed and without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    project = folder / "project"
    without = shutil.ignore_patterns("__pycache__", "node_modules")
    for path in ("cli", "functions", "shared", "lab", "build"):
        shutil.copytree(ROOT / path, project / path, ignore=without)
    for path in ("function_app.py", "LICENSE", "README.md", "pyproject.toml", "setup.cfg"):
        shutil.copy(ROOT / path, project)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "--wheel-dir", str(folder), str(project)],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder with the wheel unpacked, as an installer would."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder)
    return folder


def telltale(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as it was installed; it sees the libraries of this environment, and nothing of the checkout."""
    code = COMMAND.format(
        paths=[str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, *arguments],
        cwd=installed.parent, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_wheel_holds_functions_shared_and_cli_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        held = {name for name in content.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in INSTALLED
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there
    assert {name.partition("/")[0] for name in held} == INSTALLED


def test_the_installed_command_shows_its_help(installed: Path) -> None:
    done = telltale(installed, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: telltale" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "--once"),
        ("run", "scenario", "--some-option=1", "-x"),
        ("new-detector", "own.refund_approved", "--source", "app"),
    ],
)
def test_what_needs_a_checkout_says_so_in_one_line_and_writes_nothing(
    installed: Path, arguments: tuple[str, ...]
) -> None:
    before = {path for path in installed.rglob("*") if "__pycache__" not in path.parts}
    done = telltale(installed, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "needs a checkout" in line
    assert {path for path in installed.rglob("*") if "__pycache__" not in path.parts} == before
