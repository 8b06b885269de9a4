"""`make` and what it calls: the list of targets, the last line of each, and an environment for another interpreter.

make and bash are real; the interpreters are stand-ins that write down what they are asked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.conftest import pytest_xdist_auto_num_workers

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)
STAND_IN = """\
#!{bash}
case "$*" in
*_base_executable*) cat "$0.name" ;;
"-c "*) ;;
"--version") echo "Python of $(cat "$0.name")" ;;
"-m venv --clear "*)
    rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && cp "$0.name" "$4/bin/python.name"
    echo "$4 made with $(cat "$0.name")" >>{called} ;;
*) ;;
esac
"""


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # What an outer make exports would reach the inner one.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


class Clone:
    """A clone with nothing in it but what makes the environment."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "clone"
        self.called = folder / "called"
        self.called.touch()
        self.top.mkdir()
        shutil.copytree(ROOT / ".ci", self.top / ".ci")
        for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
            shutil.copyfile(ROOT / name, self.top / name)

    def interpreter(self, name: str, version: str = "3.12") -> Path:
        """A stand-in for a Python."""
        path = self.top.parent / name
        path.write_text(STAND_IN.format(bash=shutil.which("bash"), called=self.called))
        path.chmod(0o755)
        path.with_name(f"{name}.name").write_text(f"/somewhere/{name} {version}\n")
        return path

    def setup(self, *arguments: str) -> list[str]:
        """Runs `make setup`; gives the environments that were made so far."""
        done = make(self.top, "setup", *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith("setup: held: .venv is Python of /somewhere/")
        return self.called.read_text().splitlines()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_another_python_makes_the_environment_anew(clone: Clone) -> None:
    one, other = clone.interpreter("one"), clone.interpreter("other")
    assert clone.setup(f"PYTHON={one}") == [".venv made with /somewhere/one 3.12"]
    assert clone.setup(f"PYTHON={other}")[1:] == [".venv made with /somewhere/other 3.12"]


def test_the_same_python_or_none_leaves_the_environment(clone: Clone) -> None:
    one = clone.interpreter("one")
    assert clone.setup(f"PYTHON={one}") == clone.setup(f"PYTHON={one}") == clone.setup()


def test_a_new_version_at_the_same_place_makes_the_environment_anew(clone: Clone) -> None:
    made = clone.setup(f"PYTHON={clone.interpreter('one')}")
    newer = clone.interpreter("one", version="3.13")
    assert clone.setup(f"PYTHON={newer}")[len(made) :] == [".venv made with /somewhere/one 3.13"]


def test_a_python_that_is_not_there_is_refused_and_the_environment_stays(clone: Clone) -> None:
    made = clone.setup(f"PYTHON={clone.interpreter('one')}")
    done = make(clone.top, "setup", "PYTHON=/no/such/python")
    assert done.returncode != 0
    assert "PYTHON=/no/such/python is not Python 3.11, 3.12 or 3.13" in done.stderr
    assert clone.setup() == made


def test_make_alone_lists_every_target_in_a_line() -> None:
    helped = make(ROOT, "help").stdout
    assert make(ROOT).stdout == helped
    lines = helped.splitlines()
    assert 'ARGS="..."' in lines[0]
    assert [line.split()[0] for line in lines if line.startswith("  ")] == TARGETS
    assert max(map(len, lines)) <= 120


def test_every_target_is_phony() -> None:
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].replace("\\", "").split()) == set(TARGETS)


@pytest.mark.parametrize("status", [0, 1, 3])
def test_a_check_ends_with_a_line_that_says_whether_it_held(status: int) -> None:
    done = subprocess.run(
        ["bash", ".ci/held", "lint", "no finding", "bash", "-c", f"echo out; exit {status}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = "lint: FAILED, with status" if status else "lint: held: no finding"
    assert done.returncode == status
    assert done.stdout.splitlines()[-1].startswith(last)


def test_the_usual_length_of_the_tests_is_said_alike() -> None:
    usual = re.search(r"^USUAL_TIME := (.*)$", MAKEFILE, re.MULTILINE)
    assert usual is not None
    assert usual[1] in " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert usual[1] in make(ROOT, "-n", "test").stdout


def test_cleaning_leaves_the_sources() -> None:
    removed = re.search(r"^clean:.*\n\trm -rf (.*)$", MAKEFILE, re.MULTILINE)
    assert removed is not None
    kept = {"shared", "functions", "cli", "lab", "build", "infra", "tests", "docs"}
    assert not kept & set(removed[1].split())


@pytest.mark.parametrize(
    ("does", "status", "last"),
    [
        ("", 0, "docs: held: everything is as declared; files changed: 0"),
        (
            '[ "$2" != build.documents ] || echo "docs/cost.md was renewed" >&2',
            0,
            "docs: held: everything is as declared; files changed: 1",
        ),
        ('[ "$2" != build.pictures ]', 1, "docs: FAILED at build.pictures"),
    ],
)
def test_docs_end_with_what_was_written_or_where_it_failed(
    clone: Clone, does: str, status: int, last: str
) -> None:
    python = clone.top / "python"
    python.write_text(f"#!{shutil.which('bash')}\n{does}\n")
    python.chmod(0o755)
    done = subprocess.run(
        ["bash", ".ci/docs", str(python)], cwd=clone.top, capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    assert done.stdout.splitlines()[-1].startswith(last)


def test_lint_runs_every_linter_also_after_a_finding(clone: Clone) -> None:
    folder = clone.top / "bin"
    folder.mkdir()
    for name in ("ruff", "mypy"):
        (folder / name).write_text(
            f"#!{shutil.which('bash')}\necho {name} $1 >>{clone.called}; [ $1 != check ]\n"
        )
        (folder / name).chmod(0o755)
    done = subprocess.run(["bash", ".ci/lint", "bin"], cwd=clone.top, check=False)
    assert done.returncode == 1
    assert clone.called.read_text().split() == ["ruff", "check", "ruff", "format", "mypy"]


@pytest.mark.parametrize(
    ("arguments", "keyword", "workers"),
    [
        (["tests"], "", 5),
        (["tests/detectors", "tests/storage"], "", 5),
        (["tests/detectors"], "password_spray", 0),
        (["tests/test_make.py::test_every_target_is_phony"], "", 0),
    ],
)
def test_single_files_and_k_run_in_one_process_and_all_in_one_more_than_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], keyword: str, workers: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    config = SimpleNamespace(args=arguments, option=SimpleNamespace(keyword=keyword))
    assert pytest_xdist_auto_num_workers(cast("pytest.Config", config)) == workers
