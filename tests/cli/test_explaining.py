"""`telltale decode --explain`: which source claimed a record, how it was read, whence each field came."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.app import run_command
from shared.events import entra_signin

SIGN_IN = {
    "time": "2026-03-10T09:00:00Z",
    "category": "SignInLogs",
    "operationName": "Sign-in activity",
    "ResultType": "50126",
    "callerIpAddress": "203.0.113.7:443",
    "properties": json.dumps({"userPrincipalName": "ann@example.com"}),
}
APPLICATION = {
    "schema": "telltale.app/1",
    "time": "2026-03-10T09:00:00Z",
    "app": "shop",
    "event": "authn_login_fail:ann",
    "actor_user_id": "u-1",
}

Explained = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def explained(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Explained:
    """Explains bodies, one a line; gives the status, the JSON lines and what was said to people."""
    monkeypatch.chdir(tmp_path)

    def run(*bodies: object, options: tuple[str, ...] = ("--json",)) -> tuple[int, list[dict[str, Any]], str]:
        lines = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
        Path("a.jsonl").write_text("\n".join(lines))
        status = run_command(["decode", "a.jsonl", "--explain", *options])
        out, err = (text.decode() for text in capsysbinary.readouterr())
        return status, list(map(json.loads, out.splitlines())) if "--json" in options else [], out + err

    return run


def test_a_field_is_told_with_its_path_its_raw_value_and_what_was_tried_before(explained: Explained) -> None:
    status, [line], _ = explained(SIGN_IN)
    assert status == 0
    assert (line["file"], line["line"], line["place"]) == ("a.jsonl", 1, 0)
    assert (line["source"], line["title"]) == ("entra.signin", entra_signin.title)
    assert line["claimed_by"] == "its category SignInLogs"
    assert (line["time_path"], line["time_raw"], line["time_from"]) == ("time", SIGN_IN["time"], "record")
    fields = line["fields"]
    assert fields["src_ip_addr"]["value"] == "203.0.113.7"
    assert fields["src_ip_addr"]["raw"] == "203.0.113.7:443"
    assert fields["actor_username"]["path"] == "properties(text).userPrincipalName"
    assert {"path": "properties.location.countryOrRegion"} in line["not_found"]["src_geo_country"]
    assert fields["event_result"]["value"] == "Failure"
    assert fields["event_result"]["path"] == "ResultType"
    _, [line], _ = explained({**APPLICATION, "actor_username": "-"})
    assert line["fields"]["actor_username"] == {
        "value": "u-1",
        "path": "actor_user_id",
        "tried": [{"path": "actor_username", "raw": "-"}],
    }


def test_the_values_are_those_of_decode_without_explain(
    explained: Explained, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    _, explanations, _ = explained(SIGN_IN, APPLICATION)
    run_command(["decode", "a.jsonl", "--json"])
    for told, line in zip(
        explanations, map(json.loads, capsysbinary.readouterr().out.splitlines()), strict=True
    ):
        fields = {name: field["value"] for name, field in told["fields"].items()}
        assert {**fields, **{name: told[name] for name in ("source", "time", "category")}} == line


def test_how_a_record_was_read_is_told(explained: Explained) -> None:
    strange = {**APPLICATION, "time": "x"}
    cut = json.dumps(SIGN_IN)[:-30]
    _, lines, _ = explained(APPLICATION, {"records": [SIGN_IN, {"event_type": "login"}]}, strange, cut)
    assert [line.get("read") for line in lines] == ["fast", "fast", "slow", None, "slow"]
    assert [line.get("place") for line in lines] == [0, 0, 1, None, 0]
    assert lines[3]["problem"].startswith("application event: $.time cannot be read")
    assert lines[3]["line"] == 3
    assert lines[4]["salvaged"] == "record was cut; its end is missing"
    assert lines[2]["claimed_by"] == "no other source, so it falls to this one"
    assert lines[2]["time_from"] == "enqueued"
    assert {"path": "timeStamp"} in lines[2]["time_tried"]


def test_one_line_can_be_asked_for(explained: Explained) -> None:
    _, lines, _ = explained(SIGN_IN, APPLICATION, SIGN_IN, options=("--json", "--line", "2"))
    assert [(line["line"], line["source"]) for line in lines] == [(2, "app.shop")]
    assert lines[0]["claimed_by"] == "its key schema, and a look at the record"


def test_a_line_on_which_nothing_begins_is_an_error_of_one_line(explained: Explained) -> None:
    status, _, said = explained(SIGN_IN, SIGN_IN, options=("--line", "9"))
    assert (status, said) == (
        2,
        "telltale: --line 9: no record begins there; records begin on lines 1 to 2\n",
    )


def test_a_packed_record_says_that_its_events_are_parts_of_it(explained: Explained) -> None:
    flow = "1772442000,192.0.2.1,198.51.100.2,1,443,T,O,A,B,,,,"
    packed = {
        "time": "2026-03-10T09:00:00Z",
        "flowRecords": {"flows": [{"aclID": "a", "flowGroups": [{"rule": "r", "flowTuples": [flow]}]}]},
        "category": "FlowLogFlowEvent",
    }
    _, [line], _ = explained(packed)
    assert line["source"] == "azure.flow"
    assert line["fields"]["dst_port"]["path"] == "flow.dstPort"


def test_people_read_tables_in_which_nothing_from_an_event_can_act(explained: Explained) -> None:
    evil = "[bold]\x1b[31m\u202e\x07"
    hostile = {**APPLICATION, "target_name": evil, "event": "a:" + evil}
    status, _, said = explained(
        hostile, {"event_type": "x", "actor": {evil: {"email": "ann@example.com"}}}, evil, options=()
    )
    assert status == 0
    assert "[bold]" in said
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert max(map(len, said.splitlines())) <= 120
    assert "a search of the" in said
    assert "cannot be read" in said


def test_a_long_value_is_cut_and_an_object_is_named(explained: Explained) -> None:
    long = {**APPLICATION, "src_ip_addr": "x" * 5_000, "url": {"a": 1}}
    assert explained(long)[1][0]["problem"] == "application event: $.url must be text, is an object"
    _, [line], _ = explained({**long, "url": None})
    [tried] = line["not_found"]["src_ip_addr"]
    assert tried["path"] == "src_ip_addr"
    assert len(tried["raw"]) < 300
