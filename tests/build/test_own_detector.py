"""A detector of somebody's own changes no file that is under version control, whatever is generated afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.build.copied_project import copy_of_the_project, ran

NAME = "own.refund_approved"
ADDED = {
    "functions/detectors/own/refund_approved.py",
    "functions/detectors/own/examples/refund_approved.jsonl",
}
BEGIN = (
    f"telltale new-detector {NAME} --source app --operation refund_approved --technique T1078 "
    "--title '{actor_username} approved a refund in {app_name}' --json"
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout under version control, with one own detector."""
    directory = tmp_path_factory.mktemp("checkout")
    copy_of_the_project(directory)
    ran(
        directory,
        "git init -q && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm Copy",
    )
    assert changed(directory) == set()
    assert '"failing":[]' in ran(directory, BEGIN)
    return directory


def changed(directory: Path) -> set[str]:
    done = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=directory, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.split()[1] for line in done.stdout.splitlines()}


def test_it_is_all_that_changes_when_tests_and_generators_have_run(checkout: Path) -> None:
    ran(checkout, f"python -m pytest tests/detectors -k '{NAME} or test_no_two or test_every_examples_file'")
    ran(
        checkout,
        f"for module in documents 'detector_pages {NAME}' application_schema infrastructure; do"
        " python -m build.$module; done",
    )
    assert changed(checkout) == ADDED


def test_its_page_is_built_and_it_is_listed(checkout: Path) -> None:
    ran(checkout, f"python -m build.documents && python -m build.detector_pages {NAME}")
    built = checkout / "docs" / "built"
    page = (built / "detectors" / "own" / "refund_approved.md").read_text("utf-8")
    assert page.startswith(f"# {NAME}\n")
    assert '"AlertName"' in page
    assert f"(detectors/{NAME.replace('.', '/')}.md)" in (built / "detectors.md").read_text("utf-8")
    assert NAME in (built / "application-events.md").read_text("utf-8")


def test_what_it_needs_is_known_without_a_file(checkout: Path) -> None:
    script = (
        "from cli.declared import detectors; from shared.heartbeat.required_fields import required_fields;"
        f"print(required_fields(detectors())['{NAME}'])"
    )
    assert "'operation'" in ran(checkout, f'python -c "{script}"')


def test_a_copy_of_a_checkout_with_one_is_without_it(checkout: Path, tmp_path: Path) -> None:
    copy_of_the_project(tmp_path, checkout)
    own = tmp_path / "functions" / "detectors" / "own"
    assert {path.name for path in own.iterdir()} == {"README.md", "__init__.py"}
    assert (tmp_path / "functions" / "detectors" / "former_ids.toml").is_file()
