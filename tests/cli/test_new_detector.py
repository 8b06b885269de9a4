"""`telltale new-detector`: what it begins works as it stands, and nothing is overwritten.

The whole command, with its tests and pages, is run by docs/write-a-detector.md in a copy of the project.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import functions.detectors
from cli.examples import Example, alerts_of
from cli.new_detector import Beginning, Begun, begin, write
from shared.base.errors import TelltaleError
from shared.detection.detector import Detector
from shared.detection.discovery import discover
from tests.cli.shell import Shell, one_line

SOURCES = sorted({source for detector in discover(functions.detectors) for source in detector.sources})
WITHOUT_RECORD = {"telltale.finding", "aws.vpcflow", "msgraph.activity"}
"""Sources that detectors read beside others; no example is a record of theirs."""


def loaded(begun: Begun, folder: Path) -> tuple[Detector, list[dict[str, Any]]]:
    """The detector that the code declares, and its examples."""
    code, lines = begun.texts.values()
    name = begun.id.rpartition(".")[2]
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"functions.detectors.{begun.id}", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    found = getattr(module, name)
    assert isinstance(found, Detector)
    return found, [json.loads(line) for line in lines.splitlines()]


@pytest.mark.parametrize("source", [one for one in SOURCES if one not in WITHOUT_RECORD])
def test_its_examples_hit_and_miss_for_every_source_that_a_detector_reads(
    source: str, tmp_path: Path
) -> None:
    begun = begin(Beginning("probe_of_mine", source, techniques=("T1098.001",)), None)
    detector, lines = loaded(begun, tmp_path)
    assert [line["expect"] for line in lines] == ["hit", "miss"]
    for number, line in enumerate(lines, 1):
        example = Example(detector.id, number, line["expect"], line["why"], (line["record"],))
        raised = alerts_of(detector, example)
        assert bool(raised) == (line["expect"] == "hit")
        assert all("unknown" not in alert.name for alert in raised)


def test_an_operation_of_ones_own_is_put_into_the_record(tmp_path: Path) -> None:
    begun = begin(
        Beginning("application.refund_approved", "app", "refund_approved", "{actor_username} got a refund"),
        None,
    )
    detector, lines = loaded(begun, tmp_path)
    assert detector.id == "application.refund_approved"
    assert detector.title == "{actor_username} got a refund"
    assert lines[0]["record"]["event"] == "refund_approved"
    assert lines[1]["record"]["event"] != "refund_approved"


def test_a_record_of_ones_own_serves_a_source_that_no_detector_reads(tmp_path: Path) -> None:
    record = {
        "uuid": "1", "published": "2026-03-10T09:00:00.000Z", "eventType": "user.session.start", "version": "0",
        "actor": {"alternateId": "ann@example.com", "id": "u1", "type": "User"}, "outcome": {"result": "SUCCESS"},
    }  # fmt: skip
    with pytest.raises(TelltaleError, match="give one with --record FILE"):
        begin(Beginning("okta_session", "okta.system"), None)
    begun = begin(Beginning("okta_session", "okta.system"), record)
    assert begun.id == "saas.okta_session"
    assert 'operation="user.session.start"' in next(iter(begun.texts.values()))


def test_quotes_in_what_a_person_says_stay_text(tmp_path: Path) -> None:
    hostile = 'Add "x" \\ user\n"""'
    begun = begin(Beginning("probe_of_mine", "entra.audit", hostile, 'A "title" of {actor_username}'), None)
    detector, lines = loaded(begun, tmp_path)
    assert detector.title == 'A "title" of {actor_username}'
    assert lines[0]["record"]["operationName"] == hostile


def test_what_only_a_person_can_say_is_marked(tmp_path: Path) -> None:
    bare, _ = begin(Beginning("probe_of_mine", "entra.audit"), None).texts.values()
    assert "techniques=[],  # TODO" in bare
    assert "references=[],  # TODO" in bare
    said, _ = begin(Beginning("probe_of_mine", "entra.audit", techniques=("T1098.001",)), None).texts.values()
    assert 'techniques=["T1098.001"],\n' in said
    assert "references" not in said, "the page of the technique is derived"


def test_nothing_is_overwritten_and_then_nothing_is_written(tmp_path: Path) -> None:
    begun = begin(Beginning("probe_of_mine", "entra.audit"), None)
    for name in begun.texts:
        (tmp_path / name).parent.mkdir(parents=True)
    write(begun, tmp_path)
    code, examples = (tmp_path / name for name in begun.texts)
    code.write_text("mine")
    with pytest.raises(TelltaleError, match=r"probe_of_mine.py: is there already"):
        write(begun, tmp_path)
    code.unlink()
    with pytest.raises(TelltaleError, match=r"probe_of_mine.jsonl: is there already"):
        write(begun, tmp_path)
    assert not code.exists()
    assert examples.exists()


def test_outside_of_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(TelltaleError, match="run it from a checkout"):
        write(begin(Beginning("probe_of_mine", "entra.audit"), None), tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("entra.service_principal_credential_added", "--source", "entra.audit"), "is there already"),
        (("x", "--source", "entra.audit"), "is no name for a detector"),
        (("entra.Guest-Invited", "--source", "entra.audit"), "is no name for a detector"),
        (("entra.import", "--source", "entra.audit"), "is no name for a detector"),
        (("x", "--source", "entra.audit"), "lower case letters, digits and underscores"),
        (("own.vocabulary", "--source", "entra.audit"), "is no name for a detector, vocabulary is the file"),
        (("own.examples", "--source", "entra.audit"), "is no name for a detector, examples is the folder"),
        (("vocabulary", "--into", "own", "--source", "entra.audit"), "is no name for a detector"),
        (("own", "--source", "entra.audit"), "own: is the name of a family only"),
        (("own.", "--source", "entra.audit"), "is no name for a detector"),
        (("../../etc/passwd", "--source", "entra.audit"), "there is no folder"),
        (("entro.some_thing", "--source", "entra.audit"), "did you mean entra?"),
        (("some_thing", "--source", "entra.audi"), "did you mean entra.audit?"),
        (("some_thing", "--source", "entra.audit", "--technique", "T9"), "--technique T9"),
        (("some_thing", "--source", "entra.audit", "--record", "other.json"), "is no record of entra.audit"),
        (("some_thing", "--source", "entra.audit", "--record", "text.txt"), "is not a JSON object"),
        (("some_thing", "--source", "entra.audit", "--record", "gone.json"), "there is no such file"),
        (("some_thing",), "--source"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    telltale: Shell, arguments: tuple[str, ...], said: str
) -> None:
    Path("other.json").write_text('{"schema": "telltale.app/1", "event": "x", "app": "y"}')
    Path("text.txt").write_text("no record")
    assert said in one_line(telltale("new-detector", *arguments))
