"""`telltale run` as people start it: in a process, in a directory of its own."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.request import urlopen

ROOT = Path(__file__).parents[3]


@contextmanager
def started(directory: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process, which a test that fails does not leave behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "cli.app", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        except BaseException:
            running.kill()
            raise


def ended(directory: Path, *arguments: str) -> tuple[int, str, str]:
    with started(directory, *arguments) as running:
        out, err = running.communicate(timeout=120)
    return running.returncode, out, err


def smallest(pipe: IO[str] | None) -> IO[str]:
    """The pipe, made as small as the system lets it: whoever writes more waits until somebody reads."""
    assert pipe is not None
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
    return pipe


def test_run_serves_the_status_page_until_it_is_interrupted(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as readers, started(tmp_path, "run", "--port", "0") as running:
        out = readers.submit(smallest(running.stdout).read)
        errors = smallest(running.stderr)
        address = next(
            line.split()[2] for line in iter(errors.readline, "") if line.startswith("status page: ")
        )
        readers.submit(errors.read)
        with urlopen(address, timeout=30) as page:
            assert page.status == 200
            assert "Telltale" in page.read().decode()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 0
    shown = out.result()
    assert "Exactly once" in shown
    assert "Where to look next" in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path, "run", "--once") as running:
        assert running.stderr is not None
        running.stderr.readline()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert list((tmp_path / ".telltale").iterdir()) == []
