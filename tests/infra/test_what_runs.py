"""What is published is what runs: nothing is built again in Azure, and for no other Python than the app's."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.infra.az_built import built
from tests.infra.az_lines import az_lines
from tests.infra.azure_cli import run_with_azure_cli
from tests.infra.reading import INFRA, ROOT

CONFIG_ZIP = ["functionapp", "deployment", "source", "config-zip"]
PUBLISHES = Path(__file__).with_name("publishes.py")


def publishing() -> list[tuple[str, list[str]]]:
    """Every command of the project that publishes a package."""
    written = [(one.where, one.arguments) for one in az_lines()]
    return [(where, words) for where, words in (*written, *built()) if words[:4] == CONFIG_ZIP]


def builds_in_azure(words: list[str]) -> bool:
    return "--build-remote" not in words or words[words.index("--build-remote") + 1] != "false"


def test_no_command_has_azure_build_the_package_again() -> None:
    assert [where for where, words in publishing() if builds_in_azure(words)] == []


def test_readme_pages_workflow_and_rollout_publish() -> None:
    assert {where.partition(":")[0] for where, _ in publishing()} == {
        "README.md",
        "docs/deploy.md",
        "docs/recovery.md",
        ".github/workflows/deploy.yml",
        "cli/fleet/steps.py",
    }


def test_a_command_without_the_option_would_be_found() -> None:
    command = [*CONFIG_ZIP, "--name", "x", "--src", "x.zip"]
    assert builds_in_azure(command)
    assert builds_in_azure([*command, "--build-remote", "true"])


def test_azd_publishes_what_make_package_built() -> None:
    text = (ROOT / "azure.yaml").read_text("utf-8")
    service = text.partition("\nservices:\n  collector:\n")[2]
    assert re.search(r"^    remoteBuild: false\b", service, re.MULTILINE)
    assert re.search(r"^    project: dist/azd$", service, re.MULTILINE)
    assert text.count("run: sh infra/scripts/azd-package.sh") == 2
    script = (INFRA / "scripts" / "azd-package.sh").read_text("utf-8")
    assert "make package" in script
    assert '-e "$package" dist/azd' in script


def test_the_package_is_for_the_python_of_the_app() -> None:
    deployed = re.search(
        r"^param pythonVersion string = '(.+)'$", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE
    )
    packaged = re.search(r"^version=(\S+)", (ROOT / ".ci" / "package").read_text("utf-8"), re.MULTILINE)
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    assert deployed is not None
    assert packaged is not None
    assert deployed[1] == packaged[1]
    assert re.findall(r"\*-python([\d.]+)\.\*", workflow) == [deployed[1]]
    for profile in (INFRA / "profiles").glob("*.parameters.json"):
        assert "pythonVersion" not in profile.read_text("utf-8")
    assert "--python" not in (INFRA / "scripts" / "azd-package.sh").read_text("utf-8")


def test_azure_cli_builds_python_on_flex_in_azure_unless_it_is_told_not_to(tmp_path: Path) -> None:
    published = [*CONFIG_ZIP, "--resource-group", "g", "--name", "n", "--src", "package.zip"]
    ours = next(words for where, words in publishing() if where.startswith("docs/deploy.md"))
    done = run_with_azure_cli(tmp_path, str(PUBLISHES), json.dumps(published), json.dumps(ours))
    assert done.stdout.splitlines() == [
        "https://scm.example/api/publish?RemoteBuild=True&Deployer=az_cli",
        "https://scm.example/api/publish?RemoteBuild=false&Deployer=az_cli",
    ], done.stderr
