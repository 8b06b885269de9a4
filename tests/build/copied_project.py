"""A copy of the project to write into, and scripts that run there as a reader would run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shared.customer.settings import PREFIX

ROOT = Path(__file__).parents[2]
FOLDERS = ("build", "cli", "docs", "functions", "infra", "lab", "shared", "tests")
FILES = (".gitignore", "Makefile", "README.md", "function_app.py", "host.json", "pyproject.toml")
_MADE = shutil.ignore_patterns("__pycache__", "built", "node_modules")
_OURS = {"README.md", "__init__.py"}
"""Of the folder of own detectors; the rest is of whoever works in this checkout, and would be in the way."""


def copy_of_the_project(directory: Path, root: Path = ROOT) -> None:
    """Copies the project at `root`, without what was made there and without detectors of somebody's own."""
    own = root / "functions" / "detectors" / "own"

    def ignored(folder: str, names: list[str]) -> set[str]:
        return _MADE(folder, names) | (set(names) - _OURS if Path(folder) == own else set())

    for name in FOLDERS:
        shutil.copytree(root / name, directory / name, ignore=ignored)
    for name in FILES:
        shutil.copy(root / name, directory / name)


def ran(directory: Path, script: str) -> str:
    """What a script prints in the copy of the project, as a reader with an activated environment would see it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTEST"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(directory),
        "COLUMNS": "120",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=directory, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout
