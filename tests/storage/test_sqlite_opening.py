"""Opening the SQLite store while other processes create it, write to it, close it, and are killed meanwhile."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from random import Random

import pytest

from shared.storage import Row, SqliteStore, StoreUnavailable, Upsert

OPENERS = 8
LONGEST_LIFE = 0.005
"""Seconds. Creating a store takes some milliseconds, so some writers are killed in it and some when they write."""
LONGEST_RUN = 120.0
"""Seconds, of a few that it takes; an opener that never comes back does not hang the suite."""
FORK = multiprocessing.get_context("fork")
"""Forked in a millisecond each, from a process of their own without threads: `refused` starts it."""


class Openers:
    """Processes that open each store at the same moment, use it and close it."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self._together = FORK.Barrier(OPENERS + 1)
        self._answers: SimpleQueue[str] = FORK.SimpleQueue()
        for _ in range(OPENERS):
            FORK.Process(target=self._open, daemon=True).start()

    def _open(self) -> None:
        for path in self._paths:
            self._together.wait()
            try:
                with closing(SqliteStore(path)) as store:
                    store.commit("windows", [Upsert(Row("p", "opened", {}))])
            except Exception as error:  # noqa: BLE001 - told to the test, which fails
                self._answers.put(f"{type(error).__name__}: {error}")
            else:
                self._answers.put("")

    def begin(self) -> None:
        """Has all of them open the next store."""
        self._together.wait()

    def answers(self) -> list[str]:
        """What went wrong for each of them, "" for nothing; waits until all are done."""
        return [self._answers.get() for _ in range(OPENERS)]


def write_for_ever(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        for number in itertools.count():
            store.commit("windows", [Upsert(Row("p", f"k{number % 50}", {"N": number}))])


def open_beside_killed_writers(paths: list[Path], result: Connection) -> None:
    """Each opener finds what one writer has left, and meets another."""
    random = Random("killed writers")
    openers = Openers(paths)
    answers: list[str] = []
    for path in paths:
        for openers_begin in (False, True):
            writer = FORK.Process(target=write_for_ever, args=(path,))
            writer.start()
            if openers_begin:
                openers.begin()
            time.sleep(random.uniform(0, LONGEST_LIFE))
            writer.kill()
            writer.join()
            if writer.exitcode != -signal.SIGKILL:
                answers.append(f"a writer ended by itself, with {writer.exitcode}")
        answers += openers.answers()
    result.send(answers)


def open_beside_stale_wal(paths: list[Path], result: Connection) -> None:
    """Each opener finds the WAL of a store that was deleted."""
    openers = Openers(paths)
    answers: list[str] = []
    for path in paths:
        path.with_name(f"{path.name}-wal").write_bytes(b"left" * 1000)
        openers.begin()
        answers += openers.answers()
    result.send(answers)


def refused(opening: Callable[[list[Path], Connection], None], paths: list[Path]) -> list[str]:
    """What went wrong in a process that runs `opening`."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=opening, args=(paths, theirs))
    process.start()
    theirs.close()
    with ours:
        answers: list[str] = ours.recv() if ours.poll(LONGEST_RUN) else []
    process.kill()
    process.join()
    assert len(answers) >= OPENERS * len(paths)
    return [answer for answer in answers if answer]


def test_a_store_opens_200_times_beside_writers_that_are_killed(tmp_path: Path) -> None:
    assert refused(open_beside_killed_writers, [tmp_path / f"{number}.db" for number in range(25)]) == []


def test_a_new_store_opens_beside_the_wal_that_a_deleted_one_left(tmp_path: Path) -> None:
    assert refused(open_beside_stale_wal, [tmp_path / f"{number}.db" for number in range(100)]) == []


@pytest.fixture
def held(tmp_path: Path) -> sqlite3.Connection:
    """The write lock on the new file `held.db`, which turning it to WAL mode needs and SQLite does not wait for."""
    connection = sqlite3.connect(tmp_path / "held.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_opening_waits_for_another_connection_that_creates_the_store(
    held: sqlite3.Connection, tmp_path: Path
) -> None:
    with closing(held), ThreadPoolExecutor() as pool:
        opening = pool.submit(SqliteStore, tmp_path / "held.db")
        assert wait([opening], timeout=0.2).done == set()
        held.execute("COMMIT")
        with closing(opening.result()) as store:
            assert store.get("windows", "p", "k") is None


def test_a_store_that_stays_locked_is_unavailable_in_one_line_that_names_it(
    held: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SqliteStore.__module__}._BUSY_SECONDS", 0.2)
    with closing(held), pytest.raises(StoreUnavailable) as caught:
        SqliteStore(tmp_path / "held.db")
    assert str(caught.value) == (
        f"the store {tmp_path / 'held.db'} cannot be used: "
        "another process kept it locked for 0.2 seconds (database is locked)"
    )
