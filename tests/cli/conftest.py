"""What the tests of the command line can ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.fleets import FLEET
from tests.cli.shell import Shell
from tests.infra.stand_in_az import StandInAz


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The command line, in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return Shell(capsysbinary)


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandInAz:
    """The only `az` in the PATH; a process that writes down what it is asked."""
    folder = tmp_path / "azure"
    folder.mkdir()
    stand_in = StandInAz(folder)
    monkeypatch.setenv("PATH", stand_in.environment["PATH"])
    return stand_in


@pytest.fixture
def fleet(telltale: Shell) -> Path:
    """The fleet file, in the directory that commands are run in."""
    path = Path("fleet.toml")
    path.write_text(FLEET)
    return path
