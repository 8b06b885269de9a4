"""Every `az` command is found, read as a shell reads it, and judged by azure-cli's own parser (`make lint-infra`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.infra.az_built import MODULES, built
from tests.infra.az_lines import (
    az_lines,
    fills_in,
    line,
    of_code,
    of_page,
    of_script,
    of_template,
    of_workflow,
)
from tests.infra.azure_cli import PARSER, run_with_azure_cli
from tests.infra.reading import ROOT
from tests.infra.shell_commands import shell_commands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("az a 'b c' \"d e\" f\\ g", [["az", "a", "b c", "d e", "f g"]]),
        ("az a \\\n    --b c", [["az", "a", "--b", "c"]]),
        ("az a \"x=='$y' && z\"", [["az", "a", "x=='PLACEHOLDER' && z"]]),
        ('x=$(az a --b "$(az c)")', [["az", "c"], ["az", "a", "--b", "PLACEHOLDER"]]),
        ("az a >file 2>/dev/null <<<text || true", [["az", "a"], ["true"]]),
        ("az a; az b | az c && az d", [["az", "a"], ["az", "b"], ["az", "c"], ["az", "d"]]),
        ("if [ az ]; then az a; fi # az b", [["[", "az", "]"], ["az", "a"], ["fi"]]),
        ("az a ${x:+--b=c} ${y:+d e}", [["az", "a", "--b=c", "d", "e"]]),
        ('az a "$@" "${none[@]}"', [["az", "a", "PLACEHOLDER"]]),
        ('c=(a "b c")\naz "${c[@]}"', [["az", "a", "b c"]]),
        ("az a \"\" ''", [["az", "a", "", ""]]),
        ("A=b az a", [["az", "a"]]),
    ],
)
def test_commands_are_read_as_a_shell_reads_them(text: str, words: list[list[str]]) -> None:
    assert [command.words for command in shell_commands(text)] == words


def test_a_line_is_the_one_that_a_command_begins_in() -> None:
    script = "# one\naz a \\\n    --b c\n\nx=$(\n  az d\n)\n"
    assert [(command.line, command.words[1]) for command in shell_commands(script)] == [(2, "a"), (6, "d")]


def test_functions_that_hand_on_to_az_and_messages_count() -> None:
    script = (
        'ask() { az "$@" --output tsv; }\nask account show\nfail "no such thing" "az login --tenant $t"\n'
    )
    assert [words for _, words in of_script(script)] == [
        ["account", "show"],
        ["login", "--tenant", "PLACEHOLDER"],
    ]


def test_pages_count_alone_and_in_running_text_over_the_end_of_a_line() -> None:
    page = "Say `az group exists\n--name x`:\n\n    az login \\\n        --tenant T\n\n```text\naz account show\n```\n"
    assert list(of_page(page)) == [
        (4, ["login", "--tenant", "T"]),
        (8, ["account", "show"]),
        (1, ["group", "exists", "--name", "x"]),
    ]


def test_workflows_templates_and_literals_count() -> None:
    workflow = "steps:\n  - name: x\n    run: |\n      a() { az b --c; }\n      az d\n"
    assert list(of_workflow(workflow)) == [(4, ["b", "--c"]), (5, ["d"])]
    assert list(of_template("// Do: az a-b c\n@description('x: az dd e --f')\n")) == [
        (1, ["a-b", "c"]),
        (2, ["dd", "e", "--f"]),
    ]
    assert list(of_code("x = 'run `az a b`'\ny = 'it: az c d --e'\nz = f'az {x}'\n")) == [
        (1, ["a", "b"]),
        (2, ["c", "d", "--e"]),
    ]


@pytest.mark.parametrize(
    ("words", "arguments", "partial"),
    [
        (["a", "--b"], ["a", "--b"], False),
        (["a", "--b", "..."], ["a", "--b"], True),
        (["a", "--b", "c=..."], ["a", "--b", "c="], True),
    ],
)
def test_dots_at_the_end_say_that_the_rest_is_left_out(
    words: list[str], arguments: list[str], partial: bool
) -> None:
    assert line("x", words) == ("x", arguments, partial)


def test_all_kinds_of_files_are_collected_and_so_is_what_python_builds() -> None:
    places = {one.where.partition(":")[0] for one in az_lines()}
    assert places >= {
        "README.md",
        "docs/deploy.md",
        "infra/scripts/preflight.sh",
        ".github/workflows/deploy.yml",
        "infra/main.bicep",
        "cli/commands/check.py",
    }
    first_words = {" ".join(words[:3]) for _, words in built()}
    assert first_words >= {
        "monitor diagnostic-settings create",
        "monitor diagnostic-settings subscription",
        "monitor log-analytics workspace",
        "role assignment create",
        "functionapp deployment source",
        "eventhubs eventhub create",
        "policy set-definition delete",
    }


def test_no_module_builds_commands_that_are_not_built_here() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("cli", "shared", "functions", "build")
        for path in (ROOT / folder).rglob("*.py")
        if fills_in(path.read_text("utf-8"))
    }
    assert found <= set(MODULES), found - set(MODULES)


REFUSED = [
    (["policy", "definition", "delete", "--name", "x", "--yes"], False, "unrecognized arguments: --yes"),
    (["group", "exists", "--nmae", "x"], False, "required: --name"),
    (["group", "exsits", "--name", "x"], False, "misspelled or not recognized"),
    (["account", "show", "--query", "[?x"], False, "invalid jmespath_type value"),
    (["deployment", "sub", "create", "--waht-if"], True, "unrecognized arguments: --waht-if"),
    (["deployment", "sub", "create"], False, "required: --location"),
]
TAKEN = [
    (["policy", "definition", "delete", "--name", "x", "--subscription", "s"], False),
    (["storage", "account", "show", "--name", "x"], False),
    (["deployment", "sub", "create", "--what-if"], True),
    (["deployment", "sub", "create", "--parameters"], True),
]


def test_a_misspelt_option_is_refused_by_azure_cli_itself(tmp_path: Path) -> None:
    lines = [json.dumps([f"bad{n}", words, partial]) for n, (words, partial, _) in enumerate(REFUSED)]
    lines += [json.dumps(["good", words, partial]) for words, partial in TAKEN]
    done = run_with_azure_cli(tmp_path, str(PARSER), given="\n".join(lines) + "\n")
    *refused, last = done.stdout.splitlines()
    assert done.returncode == 1
    assert last == f"lint-infra: {len(lines)} az commands parsed by azure-cli, {len(REFUSED)} refused"
    for number, (said, (_, _, words)) in enumerate(zip(refused, REFUSED, strict=True)):
        assert said.startswith(f"bad{number}: az ")
        assert words in said


def test_nothing_to_parse_is_no_success(tmp_path: Path) -> None:
    assert run_with_azure_cli(tmp_path, str(PARSER)).returncode == 1


def test_azure_cli_is_pinned_with_hashes() -> None:
    folder = PARSER.parent
    (wanted,) = [
        one for one in (folder / "az.in").read_text("utf-8").splitlines() if one.startswith("azure-cli")
    ]
    assert f"{wanted} \\\n    --hash=sha256:" in (folder / "az.txt").read_text("utf-8")
