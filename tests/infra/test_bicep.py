"""The Bicep holds together: no compiler is at hand, so what one would refuse is looked for here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.infra.reading import FILES, INFRA, MAIN, declared, decorated, expressions, modules, parsed

DEPLOYED = [MAIN, *sorted((INFRA / "telemetry").glob("*.bicep")), INFRA / "lighthouse.bicep"]
WORDS = {
    "targetScope", "param", "var", "output", "resource", "module", "existing", "for", "in", "if", "true", "false",
    "null", "string", "int", "bool", "array", "object", "secure", "description", "allowed", "minLength", "maxLength",
    "minValue", "maxValue", "batchSize",
}  # fmt: skip
CLOUD_OR_REGION = re.compile(
    r"windows\.net|usgovcloudapi|chinacloudapi|azure\.com(?!/schemas)|azurewebsites|"
    r"\b(?:west|east|north|south|central)(?:europe|us|uk|india|asia)\w*|germanywest\w+|switzerland\w+",
    re.IGNORECASE,
)

bicep = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(INFRA)))


@bicep
def test_it_parses(path: Path) -> None:
    assert parsed(path)


@bicep
def test_every_parameter_is_described(path: Path) -> None:
    silent = [
        name for name, value in declared(path, "parameters").items() if "description" not in decorated(value)
    ]
    assert silent == []


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_what_people_set_is_bounded(path: Path) -> None:
    unbounded = [
        name
        for name, value in declared(path, "parameters").items()
        if value["type"] in {"int", "string"}
        and not {"allowed", "min_value", "max_value", "min_length", "max_length"} & decorated(value).keys()
        and name
        not in {"location", "workspaceLocation", "hubLocation"}  # which regions there are, Azure knows
    ]
    assert unbounded == []


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_defaults_lie_within_their_bounds(path: Path) -> None:
    for name, value in declared(path, "parameters").items():
        limits, default = decorated(value), value.get("default")
        if isinstance(default, int) and not isinstance(default, bool):
            assert limits.get("min_value", default) <= default <= limits.get("max_value", default), name
        if "allowed" in limits and isinstance(default, str | int):
            assert default in limits["allowed"], name


@bicep
def test_nothing_is_bound_to_a_region_or_a_cloud(path: Path) -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if CLOUD_OR_REGION.search(line) and not line.lstrip().startswith(("//", "@description"))
    ]
    assert found == []


@bicep
def test_modules_are_given_what_they_take_and_no_more(path: Path) -> None:
    for symbol, file, given in modules(path):
        taken = declared(file, "parameters")
        required = {name for name, value in taken.items() if "default" not in value}
        assert set(given) <= set(taken), f"{symbol}: {file.name} does not take {set(given) - set(taken)}"
        assert required <= set(given), f"{symbol}: {file.name} misses {required - set(given)}"


@bicep
def test_outputs_that_are_used_exist(path: Path) -> None:
    outputs = {symbol: declared(file, "outputs") for symbol, file, _ in modules(path)}
    for symbol, output in re.findall(r"\b(\w+)[!]?\.outputs\.(\w+)", expressions(path)):
        assert output in outputs.get(symbol, {}), f"{symbol} has no output {output}"


@bicep
def test_symbols_that_are_used_are_declared(path: Path) -> None:
    text = expressions(path)
    known = {
        name for kind in ("parameters", "variables", "resources", "modules") for name in declared(path, kind)
    }
    known |= set(declared(path, "outputs")) | WORDS
    known |= set(re.findall(r"\bfor (\w+) in\b", text)) | set(re.findall(r"\b(\w+) =>", text))
    known |= {name for pair in re.findall(r"\bfor \((\w+), (\w+)\) in\b", text) for name in pair}
    used = set(
        re.findall(r"(?<![\w.@])([A-Za-z]\w*)\b(?!\s*:(?!:)|\()", re.sub(r"\? *(\S+) *:", r"? (\1) ,", text))
    )
    assert used - known == set()


@bicep
def test_variables_and_parameters_are_used(path: Path) -> None:
    text = expressions(path)
    idle = [
        name
        for kind in ("parameters", "variables")
        for name in declared(path, kind)
        if len(re.findall(rf"\b{name}\b", text)) < 2
    ]
    assert idle == []


@bicep
def test_files_that_are_loaded_exist(path: Path) -> None:
    for name in re.findall(r"load(?:Json|Text)Content\('([^']+)'", path.read_text("utf-8")):
        assert (path.parent / name).is_file(), f"{path.name} loads {name}"


def test_every_file_is_deployed_by_somebody() -> None:
    used = {file for path in FILES for _, file, _ in modules(path)} | {path.resolve() for path in DEPLOYED}
    assert {path.resolve() for path in FILES} == used


def test_names_of_resources_are_made_in_one_place() -> None:
    made_elsewhere = [
        f"{path.name}: {name}"
        for path in (INFRA / "modules").glob("*.bicep")
        for name in re.findall(r"^  name: '([^']*uniqueString[^']*)'", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert made_elsewhere == []


def test_everything_that_can_carry_tags_does() -> None:
    for path in (INFRA / "modules").glob("*.bicep"):
        if "tags" not in declared(path, "parameters"):
            continue
        for symbol, resource in declared(path, "resources").items():
            config = resource["config"]
            while "config" in config:
                config = config["config"]
            if "location" in config and not resource.get("existing"):
                assert "tags" in config, f"{path.name}: {symbol} has no tags"
