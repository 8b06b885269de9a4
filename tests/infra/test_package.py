"""What is published to Azure: built twice it is the same, it holds what Azure needs, and it runs by itself."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from build.release.contents import LIBRARIES, MOST_BYTES, PackageError, contents, write_archive
from build.release.sbom import pinned_hashes
from tests.infra.reading import ROOT

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


class Built(NamedTuple):
    folder: Path
    archive: Path
    unpacked: Path


def build(output: Path, *options: str) -> Path:
    """Builds the package for the Python that runs this, so that it can be loaded here."""
    done = subprocess.run(
        ["bash", ".ci/package", sys.executable, "--python", VERSION, "--output", str(output), *options],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (archive,) = output.glob("*.zip")
    return archive


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("package")
    archive = build(folder / "first")
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(archive) as package:
        package.extractall(unpacked)
    yield Built(folder, archive, unpacked)


def names(built: Built) -> list[str]:
    with zipfile.ZipFile(built.archive) as package:
        return package.namelist()


def alone(built: Built, script: str) -> list[str]:
    """The lines that a script prints which sees the package and the standard library, and nothing else."""
    paths = [str(built.unpacked), str(built.unpacked / LIBRARIES)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path += {paths!r}\n{script}"],
        cwd=built.folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_built_twice_every_byte_is_the_same(built: Built) -> None:
    again = build(built.folder / "again")
    for path in sorted(built.archive.parent.iterdir()):
        assert (again.parent / path.name).read_bytes() == path.read_bytes(), path.name


def test_it_is_small_enough(built: Built) -> None:
    assert built.archive.stat().st_size < MOST_BYTES == 60 * 1024 * 1024


def test_the_page_says_how_large_it_is(built: Built) -> None:
    said = re.search(r"the package \(([\d.]+) MB;", (ROOT / "docs" / "deploy.md").read_text("utf-8"))
    assert said is not None
    assert float(said[1]) == pytest.approx(built.archive.stat().st_size / 1e6, rel=0.15)


def test_it_holds_what_azure_needs_and_nothing_else(built: Built) -> None:
    held = names(built)
    assert {name.partition("/")[0] for name in held} == {
        ".python_packages", "LICENSE", "function_app.py", "functions", "host.json", "infra", "shared",
    }  # fmt: skip
    declared = {f"infra/profiles/{path.name}" for path in (ROOT / "infra/profiles").glob("*.toml")}
    assert {name for name in held if name.startswith("infra/")} == declared
    unwanted = [name for name in held if name.endswith(".pyc") or "__pycache__" in name or "/tests/" in name]
    assert [name for name in unwanted if not name.startswith(LIBRARIES)] == []
    assert [name for name in held if name.endswith("local.settings.json")] == []
    of_the_developer = {"pytest", "hypothesis", "typer", "rich", "mypy", "uv", "pycep", "ruff"}
    assert {name.split("/")[3] for name in held if name.startswith(LIBRARIES)} & of_the_developer == set()


def test_of_a_checkout_it_takes_the_app_and_the_declarations_of_the_profiles(tmp_path: Path) -> None:
    taken = [
        "LICENSE", "function_app.py", "functions/collect.py", "functions/detectors/former_ids.toml", "host.json",
        "infra/profiles/profile-a.toml", "shared/upkeep/status/page.html",
    ]  # fmt: skip
    left = [
        ".venv/lib/a.py", "README.md", "build/house.py", "cli/app.py", "docs/deploy.md", "functions/.cache/a",
        "functions/__pycache__/collect.cpython-313.pyc", "infra/main.bicep", "infra/profiles/profile-a.bicepparam",
        "lab/demo/command.py", "local.settings.json", "pyproject.toml", "tests/test_house.py",
    ]  # fmt: skip
    for name in [*taken, *left]:
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    library = tmp_path / "libraries" / "msgspec" / "__init__.py"
    library.parent.mkdir(parents=True)
    library.touch()
    held = contents(tmp_path / "checkout", tmp_path / "libraries")
    assert list(held) == [f"{LIBRARIES}/msgspec/__init__.py", *taken]


def test_the_app_starts_from_the_package_alone(built: Built) -> None:
    script = """
import function_app
from functions.composition import build, ROOT
from shared.customer.settings import Settings
import azure.identity, azure.monitor.ingestion, azure.data.tables, azure.eventhub, jinja2
profile = "infra/profiles/profile-c.toml"
settings = Settings(store="sqlite", sqlite_path="state.db", hub_name="telemetry", declarations=profile)
print(*sorted(function.get_function_name() for function in function_app.app.get_functions()))
print(len(build(settings).detectors) > 200, ROOT)
"""
    functions, collector = alone(built, script)
    assert {"collect", "deliver", "status", "watch_heartbeats"} <= set(functions.split())
    assert collector == f"True {built.unpacked}"


@pytest.mark.skipif(sys.version_info < (3, 13), reason="azure-functions-runtime needs Python 3.13")
def test_the_worker_of_azure_indexes_the_package(built: Built) -> None:
    script = f"""
from pathlib import Path
import tests.functions.test_runtime as worker
worker.runtime.start_threadpool_executor()
loaded = worker.load(Path({str(built.unpacked)!r}))
assert loaded.result.status == worker.protos.StatusResult.Success, loaded.result.exception.stack_trace
metadata = worker.ask(worker.runtime.functions_metadata_request, "functions_metadata_request")
import azure.data.tables, functions.collect
print(*sorted(function.name for function in metadata.function_metadata_results))
print(functions.collect.__file__)
print(azure.data.tables.__file__)
worker.runtime.stop_threadpool_executor()
"""
    search = [str(built.unpacked), str(built.unpacked / LIBRARIES), str(ROOT)]
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=built.unpacked, env=os.environ | {"PYTHONPATH": os.pathsep.join(search)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    functions, *files = done.stdout.splitlines()[-3:]
    assert {"collect", "deliver", "status", "watch_heartbeats"} <= set(functions.split())
    assert all(file.startswith(str(built.unpacked)) for file in files)


def test_the_bill_of_materials_names_every_library_with_its_pinned_digests(built: Built) -> None:
    (path,) = built.archive.parent.glob("*.cdx.json")
    bill = json.loads(path.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {(component["name"], component["version"]): component for component in bill["components"]}
    shipped = {name.split("/")[3] for name in names(built) if name.endswith(".dist-info/METADATA")}
    assert len(listed) == len(shipped)
    pins = pinned_hashes((ROOT / "requirements.txt").read_text("utf-8"))
    for pin, component in listed.items():
        digests = [one["hashes"][0]["content"] for one in component["externalReferences"]]
        assert digests == sorted(pins[pin])


def test_the_checksums_are_those_of_the_files(built: Built) -> None:
    (sums,) = built.archive.parent.glob("*.sha256")
    lines = sums.read_text("utf-8").splitlines()
    assert len(lines) == 2
    for digest, name in (line.split("  ") for line in lines):
        assert hashlib.sha256((built.archive.parent / name).read_bytes()).hexdigest() == digest


def test_declarations_of_a_customer_are_added(tmp_path: Path) -> None:
    mine = tmp_path / "contoso.toml"
    mine.write_text('[silence]\nafter = "1d"\n', encoding="utf-8")
    assert contents(ROOT, tmp_path / "none", [mine])["declarations/contoso.toml"] == mine


def test_declarations_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"nowhere\.toml: there is no such file"):
        contents(ROOT, tmp_path, [tmp_path / "nowhere.toml"])


def test_a_package_that_grew_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("build.release.contents.MOST_BYTES", 10_000)
    large = tmp_path / "large"
    large.write_bytes(os.urandom(10_001))
    with pytest.raises(PackageError, match="what made it grow"):
        write_archive(tmp_path / "package.zip", {"large": large})
    assert not (tmp_path / "package.zip").exists()
