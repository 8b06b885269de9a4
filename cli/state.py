"""Where the local collector keeps its state: `.telltale/` in the current directory, a directory for each run.

A run writes into a directory of its own, and only a run that came to its end becomes the last one; one that fails
leaves nothing. `telltale run` writes it, `telltale health` reads it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from shared.base.errors import TelltaleError
from shared.storage import Row, Store, Upsert

HOME: Final = Path(".telltale")
STORE: Final = "state.db"
ROWS: Final = "rows.db"
_POINTER: Final = "last-run"
_DECLARATIONS: Final = "declarations"
_ABANDONED_SECONDS: Final = 3600
_TABLE, _PARTITION, _KEY = "health", "clock", "virtual"


class RunDirectory:
    """The directory of a run that is under way."""

    def __init__(self, home: Path, path: Path) -> None:
        self.path = path
        self.kept = False
        self._home = home

    def keep(self) -> None:
        """Makes this the last run; the one before is removed."""
        before = last_run(self._home)
        pointer = self._home / f"{_POINTER}.{os.getpid()}"
        pointer.write_text(self.path.name, encoding="utf-8")
        pointer.replace(self._home / _POINTER)
        self.kept = True
        if before is not None and before != self.path:
            shutil.rmtree(before, ignore_errors=True)


@contextmanager
def new_run(home: Path = HOME) -> Iterator[RunDirectory]:
    """A directory for a run, removed again unless it is kept. Raises TelltaleError where none can be made."""
    try:
        home.mkdir(exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    except OSError as error:
        raise TelltaleError(
            f"{home}: cannot be written ({error.strerror}); change to a directory of your own"
        ) from None
    _remove_abandoned(home)
    run = RunDirectory(home, path)
    try:
        yield run
    finally:
        if not run.kept:
            shutil.rmtree(path, ignore_errors=True)


def _remove_abandoned(home: Path) -> None:
    """Removes what killed runs have left."""
    current = last_run(home)
    for path in home.glob("run-*"):
        with suppress(OSError):
            if path != current and time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def last_run(home: Path = HOME) -> Path | None:
    """The directory of the last run that came to its end."""
    try:
        name = (home / _POINTER).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    path = home / Path(name).name
    return path if name and path.is_dir() else None


def store_path(path: Path | None) -> Path:
    """The store in the file `path`, or that of the last run; raises TelltaleError where there is none."""
    if path is None:
        run = last_run()
        if run is None:
            raise TelltaleError(
                f"there is no store yet: no run has ended in {HOME}{os.sep} of this directory; "
                "begin with `telltale run --once`, or name a store with --store"
            )
        path = run / STORE
    if not path.is_file():
        raise TelltaleError(f"{path}: there is no such store; `telltale run --once` makes one")
    return path


def keep_declarations(declarations: Path, directory: Path) -> None:
    """Puts the declarations of a run beside its store, so that the store is judged by the same ones later."""
    with suppress(OSError):  # what cannot be read is refused by whoever loads it, with a reason
        shutil.copyfile(declarations, directory / f"{_DECLARATIONS}{declarations.suffix}")


def declarations_beside(store: Path) -> Path | None:
    """The declarations with which the store was made, where they are known."""
    return next(iter(sorted(store.parent.glob(f"{_DECLARATIONS}.*"))), None)


def remember_time(store: Store, moment: datetime) -> None:
    """Keeps in the store the virtual time up to which it was played."""
    store.commit(_TABLE, [Upsert(Row(_PARTITION, _KEY, {"time": moment.isoformat()}))])


def remembered_time(store: Store) -> datetime | None:
    """The virtual time up to which the store was played; None for the store of a collector in real time."""
    row = store.get(_TABLE, _PARTITION, _KEY)
    return datetime.fromisoformat(str(row.values["time"])) if row is not None else None
