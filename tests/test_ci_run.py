""".ci/run says what it left out, and is green or red accordingly; `make` and the interpreters are stand-ins."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / ".ci" / "run"
OLDER = "exit 1"  # what asks an interpreter whether it is 3.13 ends so
THIRTEEN = "exit 0"


class Clone:
    """A clone with nothing in it but .ci/run, on a machine with nothing but bash."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "clone"
        self.bin = folder / "bin"
        self.called = folder / "called"
        (self.top / ".ci").mkdir(parents=True)
        shutil.copyfile(RUN, self.top / ".ci" / "run")
        for program in ("bash", "dirname"):
            self.program(program, f'exec {shutil.which(program)} "$@"')
        self.program("make", f'echo "make $*" >>{self.called}')
        self.program(
            "python", f'[ "$1" = -c ] && exit 1; echo "python $*" >>{self.called}', self.top / ".venv/bin"
        )

    def program(self, name: str, does: str, folder: Path | None = None) -> None:
        """A program on the path, or in `folder`."""
        place = (folder or self.bin) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!{shutil.which('bash')}\n{does}\n")
        place.chmod(0o755)

    def shared(self) -> None:
        """Gives it ../shared."""
        for folder in ("corpus", "cases"):
            (self.top.parent / "shared" / folder).mkdir(parents=True)

    def run(self, **settings: str) -> tuple[int, list[str], str]:
        """Exit status, lines of output, and what was called."""
        environment = {"PATH": str(self.bin), "HOME": str(self.top.parent), **settings}
        done = subprocess.run(
            [str(self.bin / "bash"), ".ci/run"],
            cwd=self.top,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.returncode, done.stdout.splitlines(), self.called.read_text()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A machine without Python 3.13 and without ../shared."""
    return Clone(tmp_path)


def test_with_everything_there_everything_held(clone: Clone) -> None:
    clone.shared()
    clone.program("python3.13", THIRTEEN)
    status, lines, called = clone.run(TELLTALE_REQUIRE_ALL="1")
    assert status == 0
    assert lines[-1].startswith("ci: everything held, in ") and "left out" not in lines[-1]
    assert "make test VENV=.venv313 PYTHON=python3.13" in called
    assert "python -m tests.shared_checks ../shared\n" in called
    assert "python -m lab.fuzz --bodies 15000 --corpus ../shared/corpus\n" in called
    assert "make cases\n" in called


def test_a_person_without_them_gets_a_green_run_whose_last_line_says_so(clone: Clone) -> None:
    status, lines, called = clone.run()
    assert status == 0
    assert lines[-1].startswith("ci: everything held, ")
    assert "left out: tests/functions/test_runtime.py (there is no Python 3.13 here); the checks" in lines[-1]
    assert "there is no ../shared/corpus here" in lines[-1]
    assert "there is no ../shared/cases here" in lines[-1]
    assert "fuzz" not in called
    assert "cases" not in called


@pytest.mark.parametrize("there", ["python", "shared"])
def test_where_all_is_demanded_leaving_one_out_fails(clone: Clone, there: str) -> None:
    if there == "shared":
        clone.shared()
    else:
        clone.program("python3.13", THIRTEEN)
    status, lines, _ = clone.run(TELLTALE_REQUIRE_ALL="1")
    assert status == 1
    assert lines[-1].startswith("ci: FAILED: everything that ran held")


def test_a_workflow_shows_what_was_left_out_as_warnings(clone: Clone) -> None:
    clone.program("python3.13", OLDER)
    status, lines, _ = clone.run(GITHUB_ACTIONS="true")
    assert status == 0
    assert len([line for line in lines if line.startswith("::warning title=Left out::")]) == 3


def test_a_step_that_fails_is_named_in_the_last_line(clone: Clone) -> None:
    clone.program("make", f'echo x >>{clone.called}; [ "$1" != lint ]')
    status, lines, _ = clone.run()
    assert status != 0
    assert lines[-1].startswith("ci: FAILED at 'lint, format, types' after ")


def test_the_parts_of_the_tests_are_demanded_in_any_case(clone: Clone) -> None:
    clone.program("make", f'echo "all=$TELLTALE_REQUIRE_ALL" >>{clone.called}')
    _, _, called = clone.run()
    assert set(called.splitlines()) == {"all=1"}
