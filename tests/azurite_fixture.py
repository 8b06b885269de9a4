"""The fixture that gives tests a running Azurite; registered in `tests/conftest.py`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.parts.azurite import AzuriteMissing, AzuriteTables
from tests.once_a_run import folder_of_the_run, locked


@pytest.fixture(scope="session")
def azurite_connection_string(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Connection string of one table service for the whole run, all workers: use table names of your own.

    Skips where Azurite is not installed; with TELLTALE_REQUIRE_ALL=1, as in CI, fails.
    """
    try:
        with shared_azurite(folder_of_the_run(tmp_path_factory)) as connection_string:
            yield connection_string
    except AzuriteMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@contextmanager
def shared_azurite(folder: Path) -> Iterator[str]:
    """The table service of whoever uses the same `folder`: the first starts it, and stops it after the last.

    Users hold a shared lock, which the system takes from a process that dies, so nobody is waited for in vain.
    """
    address = folder / "azurite.address"
    with (folder / "azurite.users").open("w") as users:
        with locked(folder / "azurite.lock"):
            running = None if address.exists() else AzuriteTables().__enter__()
            if running is not None:
                address.write_text(running.connection_string)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield address.read_text() if running is None else running.connection_string
        finally:
            if running is not None:
                with locked(folder / "azurite.lock"):
                    address.unlink()  # whoever comes now starts one
                fcntl.flock(users, fcntl.LOCK_EX)
                running.stop()
