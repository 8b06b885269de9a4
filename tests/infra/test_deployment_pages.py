"""What an engineer with ten minutes reads: three commands, and everything else one click away."""

from __future__ import annotations

import re

from tests.infra.reading import INFRA, ROOT

README = (ROOT / "README.md").read_text("utf-8").partition("## Into Azure\n")[2].partition("\n## ")[0]
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
OUTPUTS = set(re.findall(r"^output (\w+)", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE))


def commands(text: str) -> list[str]:
    joined = re.sub(r" *\\\n +", " ", text)
    return re.findall(r"^    (\S.*)$", joined, re.MULTILINE)


def test_the_readme_deploys_with_at_most_three_commands() -> None:
    assert 0 < len(commands(README)) <= 3


def test_profile_permissions_cost_update_and_removal_are_one_click_away() -> None:
    assert {"Profile", "permissions", "cost", "update", "removal"} <= set(
        re.findall(r"\[([\w ]+)\]\(docs/", README)
    )


def test_what_the_commands_name_exists() -> None:
    pages = [
        README,
        DEPLOY,
        *((ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("recovery", "response")),
    ]
    for page in pages:
        for name in re.findall(r"infra/[\w./-]+\.(?:bicep|json|sh|toml)", page):
            assert (ROOT / name).is_file(), name
        parameters = set(re.findall(r"^param (\w+)", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE))
        for command in commands(page):
            if "infra/main.bicep" in command:
                given = set(re.findall(r"\s(\w+)=", command.partition("--parameters")[2]))
                assert given <= parameters, given - parameters


def test_outputs_that_the_pages_speak_of_exist() -> None:
    for page in ("deploy", "response", "permissions"):
        text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
        assert set(re.findall(r"output `(\w+)`", text)) <= OUTPUTS
