"""The command line with detectors of one's own: listed, replayed, held to their examples, and begun."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.new_detector import Beginning, begin, write
from tests.cli.shell import Shell, json_lines, one_line

CODE = '''
from shared.detection import Severity, detector
from shared.events import application

@detector(title="{actor_username} got a refund", severity=Severity.LOW, on=application(operation="refunded"))
def refunds(event):
    """It matters."""
    return True
'''
RECORD = (
    '{"schema": "telltale.app/1", "time": "2026-03-10T09:00:00Z", "app": "shop", "event": "%s",'
    ' "actor_username": "ann@example.com"}'
)
EXAMPLES = "".join(
    f'{{"expect": "{expect}", "why": "Why not.", "record": {RECORD % event}}}\n'
    for expect, event in (("hit", "refunded"), ("miss", "paid"))
)


@pytest.fixture
def contoso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package of detectors, named in the settings."""
    folder = tmp_path / "installed" / "contoso_detectors"
    (folder / "examples").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "refunds.py").write_text(CODE, "utf-8")
    (folder / "examples" / "refunds.jsonl").write_text(EXAMPLES, "utf-8")
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setenv("TELLTALE_DETECTOR_PACKAGES", folder.name)
    import cli.declared

    cli.declared._library.cache_clear()
    yield folder
    cli.declared._library.cache_clear()
    for name in [known for known in sys.modules if known.startswith(folder.name)]:
        del sys.modules[name]


def test_a_package_in_the_settings_is_listed_and_replayed(contoso: Path, telltale: Shell) -> None:
    _, out, _ = telltale("detectors", "--json")
    assert "contoso_detectors.refunds" in {line["id"] for line in json_lines(out)}
    Path("refund.jsonl").write_text(RECORD % "refunded")
    _, out, _ = telltale("replay", "refund.jsonl", "--json")
    assert "contoso_detectors.refunds" in {line["RuleName"] for line in json_lines(out)}


def test_its_examples_are_run(contoso: Path, telltale: Shell) -> None:
    assert telltale("examples", "--json")[:2] == (0, "")
    (contoso / "examples" / "refunds.jsonl").write_text(EXAMPLES.replace("paid", "refunded"), "utf-8")
    status, out, _ = telltale("examples", "--json")
    assert status == 1
    (problem,) = json_lines(out)
    assert problem == {
        "detector": "contoso_detectors.refunds",
        "problem": "refunds.jsonl:2: hits, but Why not.",
    }
    (contoso / "examples" / "refunds.jsonl").unlink()
    assert "has no example that is expected to hit or miss" in telltale("examples")[1]


def test_one_that_cannot_work_is_named_and_the_others_are_listed(contoso: Path, telltale: Shell) -> None:
    (contoso / "broken.py").write_text("1 / 0\n", "utf-8")
    _, out, err = telltale("detectors", "--json")
    assert "contoso_detectors.refunds" in {line["id"] for line in json_lines(out)}
    assert (
        "contoso_detectors.broken is left out: detector contoso_detectors.broken (contoso_detectors/broken"
        in err
    )
    assert telltale("examples")[0] == 1


def test_a_package_that_is_not_installed_is_one_line(telltale: Shell) -> None:
    assert "package of detectors no_such_one: cannot be imported" in one_line(
        telltale("examples", "no_such_one")
    )


def test_one_is_begun_where_no_release_touches_it(tmp_path: Path) -> None:
    begun = begin(Beginning("own.probe_of_mine", "entra.audit"), None)
    assert begun.id == "own.probe_of_mine"
    (tmp_path / "functions" / "detectors" / "own").mkdir(parents=True)
    assert [str(path.relative_to(tmp_path)) for path in write(begun, tmp_path)] == [
        "functions/detectors/own/probe_of_mine.py",
        "functions/detectors/own/examples/probe_of_mine.jsonl",
    ]
