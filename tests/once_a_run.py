"""What is dear is made by one worker of a test run, and read by the others."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once in a run under that name and pickled for the other workers."""
    made = folder_of_the_run(factory) / f"{name}.pickle"
    with locked(made.with_suffix(".lock")):
        if made.exists():
            found: Made = pickle.loads(made.read_bytes())
            return found
        result = make()
        made.write_bytes(pickle.dumps(result))
        return result


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all workers of a run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else is in a context of that file, which the system opens where a process dies in it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
