"""Which bodies a file stands for."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from cli.files import FileBody, read_bodies
from shared.base.errors import TelltaleError

RECORD = {"time": "2026-03-10T09:00:00Z", "category": "AuditLogs"}
LINE = json.dumps(RECORD).encode()


def bodies(path: Path, content: bytes) -> list[tuple[int, bytes]]:
    path.write_bytes(content)
    return [(body.line, body.body) for body in read_bodies([str(path)])]


def test_json_lines_are_a_body_each_with_its_line_number(tmp_path: Path) -> None:
    content = LINE + b"\n\n" + LINE + b"\r\n" + b"{broken\n"
    assert bodies(tmp_path / "a.jsonl", content) == [(1, LINE), (3, LINE), (4, b"{broken")]


def test_a_json_document_is_one_body_however_it_is_printed(tmp_path: Path) -> None:
    document = json.dumps({"records": [RECORD, RECORD]}, indent=2).encode()
    assert bodies(tmp_path / "a.json", document) == [(1, document)]
    assert bodies(tmp_path / "a.log", document) == [(1, document)]


def test_a_document_on_one_line_is_one_body(tmp_path: Path) -> None:
    document = json.dumps([RECORD, RECORD]).encode()
    assert bodies(tmp_path / "a", document) == [(1, document)]


def test_json_lines_are_recognised_without_a_suffix_and_under_a_wrong_one(tmp_path: Path) -> None:
    for name in ("records.json", "records.txt", "records"):
        assert bodies(tmp_path / name, LINE + b"\n" + LINE) == [(1, LINE), (2, LINE)]


def test_a_torn_first_line_does_not_hide_json_lines(tmp_path: Path) -> None:
    torn = b'{"time": "2026'
    assert bodies(tmp_path / "a.log", torn + b"\n" + LINE + b"\n") == [(1, torn), (2, LINE)]


def test_a_document_that_is_cut_stays_one_body(tmp_path: Path) -> None:
    cut = json.dumps({"records": [RECORD, RECORD]}, indent=2).encode()[:-20]
    assert bodies(tmp_path / "a.json", cut) == [(1, cut)]


def test_text_is_a_body_a_line(tmp_path: Path) -> None:
    assert bodies(tmp_path / "a.txt", b"2 1 eni-1\nsecond line\n") == [(1, b"2 1 eni-1"), (2, b"second line")]


def test_raw_lines_hold_exact_bodies(tmp_path: Path) -> None:
    body = b'\xef\xbb\xbf{"records":[]}\n{"b":"\xc3\xa5"}'
    content = json.dumps(body.decode()).encode() + b"\n" + json.dumps("").encode() + b"\n"
    assert bodies(tmp_path / "a.raw.jsonl", content) == [(1, body), (2, b"")]


def test_a_raw_line_that_is_no_string_is_a_problem_and_costs_no_other_line(tmp_path: Path) -> None:
    path = tmp_path / "a.raw.jsonl"
    path.write_bytes(b"{}\n" + json.dumps("body").encode())
    first, second = read_bodies([str(path)])
    assert first.problem is not None
    assert "not a JSON string" in first.problem
    assert second == FileBody(str(path), 2, b"body")


def test_marks_and_wide_characters_of_other_tools_are_read(tmp_path: Path) -> None:
    assert bodies(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + LINE) == [(1, LINE)]
    assert bodies(tmp_path / "b.jsonl", LINE.decode().encode("utf-16")) == [(1, LINE)]


def test_a_compressed_body_is_handed_on_whole(tmp_path: Path) -> None:
    packed = gzip.compress(LINE + b"\n" + LINE)
    assert bodies(tmp_path / "a.gz", packed) == [(1, packed)]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert bodies(tmp_path / "a.json", b"") == bodies(tmp_path / "b.jsonl", b"\n \n") == []


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINE + b"\n" + LINE)))
    assert [body.line for body in read_bodies(["-"])] == [1, 2]


def test_what_cannot_be_read_is_named_before_anything_is_given(tmp_path: Path) -> None:
    (tmp_path / "there.jsonl").write_bytes(LINE)
    with pytest.raises(TelltaleError, match=r"missing\.jsonl: there is no such file"):
        read_bodies([str(tmp_path / "there.jsonl"), str(tmp_path / "missing.jsonl")])
    with pytest.raises(TelltaleError, match="is a directory"):
        read_bodies([str(tmp_path)])
