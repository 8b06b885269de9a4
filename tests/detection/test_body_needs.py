"""Which fields a body cannot hold without, as far as its source shows."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from shared.detection._body_needs import needed_by


def body(tmp_path: Path, *lines: str) -> Any:
    path = tmp_path / "body.py"
    path.write_text("def body(event):\n" + textwrap.indent("\n".join(lines), "    ") + "\n", "utf-8")
    space: dict[str, Any] = {"NAMES": ()}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), space)
    return space["body"]


@pytest.mark.parametrize(
    ("lines", "needed"),
    [
        (("return event.app_id == 'x'",), ("app_id",)),
        (("return bool(event.app_id and event.get('a.b') in NAMES)",), ("a.b", "app_id")),
        (("return event.get('a.b') is not None",), ("a.b",)),
        (("return event.app_id == 'x' or event.app_name == 'y'",), ()),
        (("return event.app_id == 'x' or event.app_id == 'y'",), ("app_id",)),
        (("return event.app_id == event.app_name",), ()),  # both may be missing
        (("return event.app_id is None and event.app_name is not None",), ("app_name",)),
        (("return event.app_id != 'x' and event.app_name == 'y'",), ("app_name",)),
        (("broad = 'x' not in str(event.app_id)", "return broad and event.app_name == 'y'"), ("app_name",)),
        (("return not event.app_id",), ()),
        (("return event.get('a.b', 'x') == 'x'",), ()),
        (("return event.get('a.b', '') == 'x'",), ("a.b",)),
        (("return 'x' in event.texts('a.b')",), ()),
        (("return anything(event)",), ()),
        (("name = event.app_id", "name = event.app_name", "return name == 'x'"), ()),
        (
            ("layers = event.get('a.b')", "if not layers:", "    return False", "return one() or layers"),
            ("a.b",),
        ),
        (("if event.app_id == 'x':", "    return False", "return True"), ()),
        (("return False if event.app_id == 'x' else True",), ()),
        (("if event.app_id == 'x':", "    pass", "else:", "    return True", "return False"), ()),
        (
            ("for one in event.get('a.b') or ():", "    if one:", "        return True", "return False"),
            ("a.b",),
        ),
    ],
)
def test_a_body_needs(tmp_path: Path, lines: tuple[str, ...], needed: tuple[str, ...]) -> None:
    assert needed_by(body(tmp_path, *lines)) == needed
