"""`telltale run` as people start it: in a process, in a directory of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from cli.state import STORE, last_run

ROOT = Path(__file__).parents[3]


def started(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli.app", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(directory: Path, *arguments: str) -> tuple[int, str, str]:
    with started(directory, *arguments) as running:
        out, err = running.communicate(timeout=120)
    return running.returncode, out, err


def test_run_once_prints_json_lines_only_and_keeps_its_store(tmp_path: Path) -> None:
    status, out, err = ended(tmp_path, "run", "--once", "--json")
    assert status == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert len({row["EventUid"] for row in rows}) == len(rows) >= 10
    run = last_run(tmp_path / ".telltale")
    assert run is not None
    assert (run / STORE).is_file()
    states = [json.loads(line) for line in ended(tmp_path, "health", "--json")[1].splitlines()]
    assert {(one["source"], one["state"]) for one in states} >= {("azure.keyvault", "healthy")}


def test_run_serves_the_status_page_until_it_is_interrupted(tmp_path: Path) -> None:
    with started(tmp_path, "run", "--port", "0") as running:
        assert running.stderr is not None
        lines = iter(running.stderr)
        address = next(line.split()[2] for line in lines if line.startswith("status page: "))
        with urlopen(address, timeout=30) as page:
            assert page.status == 200
            assert "Telltale" in page.read().decode()
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "Exactly once" in out
    assert "Where to look next" in out
    assert max(map(len, out.splitlines())) <= 120


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path, "run", "--once") as running:
        assert running.stderr is not None
        running.stderr.readline()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert list((tmp_path / ".telltale").iterdir()) == []
