"""The list of passing cases is held to be true: nothing listed fails, nothing passes unlisted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.shared_checks import cases

RUNNER = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
kind = sys.argv[sys.argv.index("--kind") + 1] if "--kind" in sys.argv else None
rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]
rows = [row for row in rows if kind in (None, row["kind"])]
failed = [row for row in rows if row["fails"]]
for row in failed:
    print("FAIL", row["id"], f"[{row['kind']}] expected alerts; came nothing", flush=True)
    if row["fails"] == "crash":
        sys.exit("the runner broke")
print(f"total: {len(rows) - len(failed)} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
"""


class Folder:
    """A folder of cases whose outcome stands beside them, and a list."""

    def __init__(self, path: Path, fails: dict[str, object]) -> None:
        self.path, self.list = path, path / "passing.txt"
        rows = [{"id": one, "kind": one.split("-")[0], "fails": how} for one, how in fails.items()]
        (path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (path / "check_cases.py").write_text(RUNNER)

    def run(self, *listed: str, options: tuple[str, ...] = ()) -> int:
        self.list.write_text("".join(f"{one}\n" for one in listed))
        return cases.main([str(self.path), "--telltale", "telltale", "--list", str(self.list), *options])


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, {"drift-steady": False, "drift-daily": True, "noise-pipeline": False})


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return re.findall(r"^cases: FAILED: (.*)$", capsys.readouterr().out, re.MULTILINE)


def test_a_true_list_holds(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("drift-steady", "noise-pipeline") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("cases: 3 of ")
    assert "cases: total: 2 passed, 1 failed" in out
    assert out[-1] == "cases: 3 ran, 0 not as passing.txt says"


def test_a_listed_case_that_fails_is_named_with_what_came(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.run("drift-daily", "drift-steady", "noise-pipeline") == 1
    assert said(capsys) == ["drift-daily is listed and fails: [drift] expected alerts; came nothing"]


def test_a_case_that_passes_must_be_listed(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("drift-steady") == 1
    assert said(capsys) == [
        "noise-pipeline passes and is not listed: add it to tests/shared_checks/passing_cases.txt"
    ]


def test_a_listed_case_that_is_gone_is_named(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("drift-steady", "noise-gone", "noise-pipeline") == 1
    assert said(capsys) == ["noise-gone is listed, and there is no such case"]


def test_of_some_kinds_only_these_are_compared(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("drift-steady", options=("--kind", "drift")) == 0
    assert folder.run(options=("--kind", "noise")) == 1
    assert [line.split()[0] for line in said(capsys)] == ["noise-pipeline"]


@pytest.mark.parametrize("listed", [["b", "a"], ["a", "a"], ["a # why"], ["a", ""]])
def test_a_list_of_anything_but_sorted_ids_is_refused(
    folder: Folder, listed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.run(*listed) == 2
    assert "one a line, sorted, each once" in capsys.readouterr().err


def test_a_runner_that_does_not_come_to_its_end_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Folder(tmp_path, {"drift-daily": "crash", "noise-pipeline": False})
    assert broken.run("noise-pipeline") == 2
    assert "check_cases.py ended with status 1 and the total None" in capsys.readouterr().err


def test_a_folder_without_cases_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "passing.txt").write_text("")
    assert cases.main([str(tmp_path), "--list", str(tmp_path / "passing.txt")]) == 2
    assert "is no folder of cases" in capsys.readouterr().err


def test_the_list_of_the_project_can_be_read() -> None:
    assert len(cases.listed(cases.LIST)) >= 30
