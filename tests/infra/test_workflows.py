"""GitHub's workflows: pinned, few rights, no secrets. Their schema is checked by `make lint-infra`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.infra.reading import INFRA, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def test_there_are_those_that_the_pages_speak_of() -> None:
    assert {path.stem for path in WORKFLOWS} == {"ci", "deploy", "release"}


@workflow
def test_each_action_is_pinned_by_its_commit_with_the_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text("utf-8"))
    assert used
    assert [
        one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)
    ] == []


def test_an_action_is_pinned_to_one_commit_everywhere() -> None:
    pins = {pin for path in WORKFLOWS for pin in re.findall(r"uses: (\S+)", path.read_text("utf-8"))}
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@workflow
def test_there_is_no_secret_and_no_checkout_leaves_a_token_behind(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "secrets." not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@workflow
def test_rights_are_few(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.search(r"^permissions:(?: \{\}|\n  contents: read)$", text, re.MULTILINE)
    write = set(re.findall(r"^ +([\w-]+): write", text, re.MULTILINE))
    allowed = {"ci": set(), "deploy": {"id-token"}, "release": {"contents", "id-token", "attestations"}}
    assert write == allowed[path.stem]
    assert "pull_request_target" not in text


@workflow
def test_what_somebody_types_reaches_a_shell_as_a_variable_only(path: Path) -> None:
    for script in re.findall(r"run: (?:\|\n((?: {10,}.*\n)+)|(.+))", path.read_text("utf-8")):
        assert "${{" not in "".join(script)


@workflow
def test_the_commands_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\bmake ([\w-]+)", text):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
    for file in re.findall(r"(infra/[\w./-]+\.\w+)", text.replace("-$PROFILE", "-a")):
        assert (ROOT / file).is_file(), file


def test_the_deployment_reads_outputs_that_there_are() -> None:
    outputs = set(re.findall(r"^output (\w+)", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    assert set(re.findall(r"\$\(output (\w+)\)", text)) <= outputs


@pytest.mark.parametrize(
    "given", ["", '{"workspaceId": "/subscriptions/x", "alertEmails": ["$(id)\'; id; \'"]}']
)
def test_parameters_of_an_environment_reach_the_deployment_as_data(tmp_path: Path, given: str) -> None:
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    script = text.partition("vars.DEPLOY_PARAMETERS }}\n        run: |\n")[2].partition("      - name:")[0]
    environment = {"DEPLOY_PARAMETERS": given, "CUSTOMER": 'x"; id', "RUNNER_TEMP": str(tmp_path)}
    subprocess.run(
        ["bash", "-e", "-c", textwrap.dedent(script)], env=os.environ | environment, check=True, timeout=30
    )
    made = json.loads((tmp_path / "parameters.json").read_text("utf-8"))
    wanted = json.loads(given or "{}") | {"customer": 'x"; id'}
    assert {name: one["value"] for name, one in made.items()} == wanted
    assert text.count('--parameters "$RUNNER_TEMP/parameters.json"') == 2


def test_the_linters_are_pinned_with_hashes() -> None:
    wanted = re.findall(
        r"^([\w-]+==\S+)", (INFRA / "lint" / "requirements.in").read_text("utf-8"), re.MULTILINE
    )
    pinned = (INFRA / "lint" / "requirements.txt").read_text("utf-8")
    assert len(wanted) == 3
    assert all(f"{pin} \\\n    --hash=sha256:" in pinned for pin in wanted)
