from __future__ import annotations

import stat
from pathlib import Path
from threading import Thread

import orjson

from shared.alerts.alert_row import to_row
from shared.delivery.outlets.file import KEPT, FileOutlet
from tests.alerts.examples import example

ROWS = [to_row(example(number)) for number in range(3)]


def uids(path: Path) -> list[str]:
    return [orjson.loads(line)["EventUid"] for line in path.read_bytes().splitlines()]


def test_each_alert_is_a_line_that_only_the_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "alerts.jsonl"
    outlet = FileOutlet(path)
    assert outlet.send(ROWS[:2]).delivered == {0, 1}
    assert outlet.send(ROWS[2:]).delivered == {0}
    assert uids(path) == [row["EventUid"] for row in ROWS]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_line_breaks_in_a_value_stay_inside_its_line(tmp_path: Path) -> None:
    row = to_row(example(message="one\ntwo\r\n{\u2028}", entities={"actor_username": "a\nb\x00"}))
    FileOutlet(tmp_path / "a").send([row])
    assert len((tmp_path / "a").read_bytes().splitlines()) == 1


def test_a_full_file_makes_room_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    outlet = FileOutlet(path, largest_bytes=1)
    for number in range(KEPT + 3):
        assert outlet.send([to_row(example(number))]).delivered == {0}
    newest_first = [path, *(tmp_path / f"alerts.jsonl.{n}" for n in range(1, KEPT + 1))]
    expected = [to_row(example(number))["EventUid"] for number in range(KEPT + 2, 1, -1)]
    assert [uids(one)[0] for one in newest_first] == expected
    assert len([*tmp_path.iterdir()]) == KEPT + 1


def test_a_disk_that_refuses_is_a_problem_and_no_delivery(tmp_path: Path) -> None:
    (tmp_path / "is a file").write_bytes(b"")
    reply = FileOutlet(tmp_path / "is a file" / "alerts.jsonl").send(ROWS)
    assert not reply.delivered
    assert reply.problem == "alerts.jsonl cannot be written: Not a directory"


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    outlet = FileOutlet(tmp_path / "a", largest_bytes=40_000)
    threads = [Thread(target=lambda: [outlet.send(ROWS) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [uid for path in tmp_path.iterdir() for uid in uids(path)]
    assert len(written) <= 240
    assert set(written) == {row["EventUid"] for row in ROWS}
