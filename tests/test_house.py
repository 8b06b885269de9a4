"""The rules of the house find what breaks them: each is shown a small tree or text that does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from build.house import (
    MOST_ARROWS,
    MOST_ROOMS,
    ROOMS,
    arrows_of,
    circles,
    graph_of,
    imports,
    is_upward,
    main,
    modules_of,
    report,
    room_of,
)
from tests.house_rules import (
    hidden_imports,
    impurities,
    is_private,
    reached_from,
    sub_rooms,
    wrong_privacy,
)


def tree(root: Path, files: dict[str, str]) -> Path:
    """A project of these files; every folder of it is a package."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for folder in {
        parent for path in root.rglob("*.py") for parent in path.parents if parent.is_relative_to(root)
    }:
        if folder != root and not (folder / "__init__.py").exists():
            (folder / "__init__.py").write_text("", encoding="utf-8")
    return root


def said(root: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = main(tree(root, files))
    return status, capsys.readouterr().out.splitlines()


def test_the_house_holds_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == list(ROOMS)
    assert lines[-1].startswith(f"house: held: {len(ROOMS)} rooms ")


def test_rooms_are_shown_with_the_rooms_they_import_and_how_often(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "shared/base/clock.py": "",
        "shared/storage/rows.py": "from shared.base import clock\nfrom shared.base.clock import A, B\nimport json\n",
    }
    status, lines = said(tmp_path, files, capsys)
    assert status == 0
    assert [line.split() for line in lines[:2]] == [["base", "->", "nothing"], ["storage", "->", "base", "2"]]
    assert lines[2:] == ["house: held: 2 rooms (at most 13), 1 arrows (at most 45), none upward, no circle"]


@pytest.mark.parametrize(
    "text",
    [
        "from shared.storage import rows",
        "import shared.storage.rows",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shared.storage.rows import Row",
        "def late():\n    from shared.storage.rows import Row",
        "try:\n    import shared.storage.rows\nexcept ImportError: pass",
    ],
)
def test_an_import_of_a_later_room_is_named_wherever_it_stands(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = said(tmp_path, {"shared/base/clock.py": text, "shared/storage/rows.py": ""}, capsys)
    assert status == 1
    assert "upward: base -> storage: shared.base.clock imports shared.storage.rows" in lines
    assert lines[-1] == "house: does not hold: 1 upward"


def test_a_circle_is_named_that_only_types_close(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "cli/a.py": "from cli import b",
        "cli/b.py": "import cli.c",
        "cli/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cli.a import A",
    }
    status, lines = said(tmp_path, files, capsys)
    assert status == 1
    assert lines[-1] == "house: does not hold: 1 circle"
    (circle,) = [line for line in lines if line.startswith("circle: ")]
    assert circle in {
        "circle: cli.a -> cli.b -> cli.c -> cli.a",
        "circle: cli.b -> cli.c -> cli.a -> cli.b",
        "circle: cli.c -> cli.a -> cli.b -> cli.c",
    }


def test_circles_beside_each_other_are_all_named() -> None:
    graph = {"a": ["b"], "b": ["a"], "c": ["d", "a"], "d": ["c"], "e": ["a", "c"]}
    assert sorted("".join(sorted(set(circle) & set("abcde"))) for circle in circles(graph)) == ["ab", "cd"]


def test_a_room_that_is_not_in_the_order_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = said(tmp_path, {"shared/helpers/text.py": ""}, capsys)
    assert status == 1
    assert "unknown room: helpers is not in the order of the rooms" in lines
    assert is_upward(("helpers", "base"))
    assert is_upward(("base", "helpers"))


def test_too_many_arrows_do_not_hold() -> None:
    downward = [(one, other) for one in ROOMS for other in ROOMS if ROOMS.index(one) > ROOMS.index(other)]
    for arrows, holds in ((downward[:MOST_ARROWS], True), (downward[: MOST_ARROWS + 1], False)):
        graph: dict[str, list[str]] = {f"shared.{room}.a": [] for room in ROOMS}
        for one, other in arrows:
            graph[f"shared.{one}.a"].append(f"shared.{other}.a")
        assert report(graph)[1] is holds


def test_too_many_rooms_do_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = (*ROOMS, "attic")
    assert len(rooms) > MOST_ROOMS
    monkeypatch.setattr("build.house.ROOMS", rooms)
    lines, holds = report({f"shared.{room}.a": [] for room in rooms})
    assert not holds
    assert lines[-1] == "house: does not hold: 14 rooms (at most 13)"


def test_imports_within_a_room_are_no_arrows() -> None:
    graph = {"shared.base.a": ["shared.base.b"], "shared.base.b": [], "cli.a": ["shared.base.a"]}
    assert arrows_of(graph) == {}
    assert [room_of(name) for name in ("shared.base.a.b", "shared", "cli.a", "lab")] == [
        "base",
        "shared",
        "cli",
        "lab",
    ]


def test_relative_imports_are_refused_with_their_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 1: imports are absolute"):
        list(imports("from . import other", {}))
    with pytest.raises(ValueError, match=r"cli/a\.py: line 1"):
        graph_of(modules_of(tree(tmp_path, {"cli/a.py": "from .b import c"})))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from shared.storage import Store", ["imports shared.storage"]),
        ("def late():\n    import shared.storage.owners", ["imports shared.storage.owners"]),
        ("from azure.identity import DefaultAzureCredential", ["imports azure.identity"]),
        ("import requests", ["imports requests"]),
        ("import urllib.request", ["imports urllib.request"]),
        ("from urllib import request", ["imports urllib.request"]),
        ("import socket as s", ["imports socket"]),
        ("from shared.base.clock import SystemClock", ["imports shared.base.clock.SystemClock"]),
        ("from shared.base import clock\nnow = clock.SystemClock().now()", ["asks clock.SystemClock"]),
        ("import time\nbegun = time.time()", ["asks time.time"]),
        ("from time import monotonic as seconds", ["imports time.monotonic"]),
        ("import datetime\nread = datetime.datetime.now", ["asks datetime.now"]),
        ("from datetime import date\ntoday = date.today()", ["asks date.today"]),
    ],
)
def test_a_store_a_clock_and_a_network_are_found(text: str, found: list[str]) -> None:
    assert impurities(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "from urllib.parse import quote",
        "from shared.base.clock import Clock\ndef f(clock: Clock): return clock.now()",
        "from datetime import datetime\ndef f(moment: datetime): return moment.time()",
        "import azureish, requests_of_ours",
    ],
)
def test_what_is_handed_in_is_pure(text: str) -> None:
    assert impurities(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import importlib\nimportlib.import_module('lab.demo')", ["lab.demo"]),
        ("from importlib import import_module\nimport_module('lab')", ["lab"]),
        ("__import__('build.house')", ["build.house"]),
        ("import_module('lab.' + name)", ["lab."]),
        ("import_module(f'build.{name}')", ["build."]),
        ("import_module('.demo', package='lab')", ["lab"]),
        ("NAME = 'lab.demo.command'\nimport_module(NAME)", ["lab.demo.command"]),
        ("runpy.run_module('lab.bench')", ["lab.bench"]),
        ("import_module('labels.build')", []),
        ("import_module(name)", []),
        ("print('lab.demo', 'build')", []),
    ],
)
def test_modules_that_are_loaded_by_their_names_are_found(text: str, found: list[str]) -> None:
    ast.parse(text)
    assert hidden_imports(text) == found


PACKAGES = {"shared.base", "shared.events", "shared.events.sources"}
OPEN = ("shared.events.sources",)


@pytest.mark.parametrize(
    ("graph", "wrong"),
    [
        (
            {"shared.base.a": [], "shared.base.b": ["shared.base.a"], "cli.c": ["shared.base.b"]},
            ["shared.base.a is imported by its own room only: begin it with an underscore"],
        ),
        (
            {"shared.base._a": [], "shared.events": ["shared.base._a"]},
            ["shared.events imports shared.base._a, which is private to its room"],
        ),
        (
            {"shared.base._inner.a": [], "lab.c": ["shared.base._inner.a"]},
            ["lab.c imports shared.base._inner.a, which is private to its room"],
        ),
        ({"shared.base._a": [], "shared.base": ["shared.base._a"]}, []),
        ({"shared.base.a": [], "functions.b": ["shared.base.a"]}, []),
        ({"shared.events.paths": [], "shared.events.sources.okta": ["shared.events.paths"]}, []),
    ],
)
def test_privacy_that_is_not_as_it_is_written_is_found(graph: dict[str, list[str]], wrong: list[str]) -> None:
    assert wrong_privacy(graph, PACKAGES, OPEN) == wrong
    assert is_private("shared.base._inner.a")
    assert not is_private("shared.base.a_b")


def test_packages_of_a_room_that_import_each_other_are_found() -> None:
    graph = {
        "shared.events": ["shared.events.sources.okta"],
        "shared.events.paths": ["shared.events.sources.okta"],
        "shared.events.sources": [],
        "shared.events.sources.okta": ["shared.events.paths", "shared.base.clock"],
    }
    assert circles(sub_rooms(graph, "shared.events", PACKAGES)) == [
        "shared.events -> shared.events.sources -> shared.events"
    ]
    graph["shared.events.paths"] = []
    assert circles(sub_rooms(graph, "shared.events", PACKAGES)) == []


def test_what_is_loaded_at_second_hand_is_found() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
    assert reached_from(graph, "a") == {"a", "b", "c"}
    assert reached_from(graph, "d") == {"a", "b", "c"}
