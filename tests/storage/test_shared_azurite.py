"""One Azurite serves all workers of a run: the first starts it, and it stops after the last."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from tests.azurite_fixture import shared_azurite


def listens(connection_string: str) -> bool:
    port = re.search(r"127\.0\.0\.1:(\d+)/", connection_string)
    assert port is not None
    try:
        socket.create_connection(("127.0.0.1", int(port[1])), timeout=5).close()
    except OSError:
        return False
    return True


def test_the_first_user_starts_it_and_stops_it_after_the_last(
    azurite_connection_string: str, tmp_path: Path
) -> None:
    with ExitStack() as first:
        started = first.enter_context(shared_azurite(tmp_path))
        assert started != azurite_connection_string, "another run has one of its own"
        with shared_azurite(tmp_path) as shared:
            assert shared == started
            leaves = Thread(target=first.pop_all().close)
            leaves.start()
            leaves.join(0.5)
            assert leaves.is_alive()
            assert listens(shared)
        leaves.join(30)
    assert not leaves.is_alive()
    assert not listens(started)
