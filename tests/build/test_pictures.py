"""A picture is written only if it shows something else than the file does."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from build.pictures import renew, svg
from shared.alerts.alert_row import to_row
from tests.alerts.examples import example

LONG_AGO = 1_000_000_000


def png(height: float, **metadata: str | None) -> bytes:
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([0, height])
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata=metadata)
    return written.getvalue()


def of_long_ago(path: Path, picture: bytes) -> Path:
    path.write_bytes(picture)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_the_same_alerts_give_the_same_picture() -> None:
    rows = [to_row(example(number)) for number in range(3)]
    assert svg(rows) == svg(rows)
    assert svg(rows) != svg(rows[:2])


def test_what_a_png_says_of_its_making_is_no_reason_to_write_it(tmp_path: Path) -> None:
    path = of_long_ago(tmp_path / "drift.png", png(1, Software="matplotlib 1", Comment="Monday"))
    assert not renew(path, png(1, Software="matplotlib 2"))
    assert path.stat().st_mtime == LONG_AGO


@pytest.mark.parametrize(
    ("name", "before", "after"), [("a.png", png(1), png(-1)), ("a.svg", b"<svg/>", b"<svg />")]
)
def test_another_picture_is_written(tmp_path: Path, name: str, before: bytes, after: bytes) -> None:
    path = of_long_ago(tmp_path / name, before)
    assert renew(path, after)
    assert path.read_bytes() == after


def test_a_picture_that_is_missing_is_written(tmp_path: Path) -> None:
    assert renew(tmp_path / "images" / "new.svg", b"<svg/>")
