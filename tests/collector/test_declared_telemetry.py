"""What is wrong in the declarations about telemetry is refused with file and line, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

import functions.detectors
from shared.base.errors import DeclarationError
from shared.collector.tuning import check_declared, tuned
from shared.customer.declarations import load_declarations
from shared.detection.discovery import discover
from shared.events.registry import registry

WRONG = {
    "a source that does not exist": (
        '[[expected_sources]]\nsource = "entra.signins"\n',
        "2: expected_sources[0].source names 'entra.signins', which is not a source; did you mean entra.signin?",
    ),
    "an unknown finding": (
        '[[expected_sources]]\nsource = "entra.signin"\nnot_judged = ["quiet"]\n',
        "3: expected_sources[0].not_judged[0]",
    ),
    "an acknowledgement that ends before it begins": (
        '[[acknowledgements]]\nsource = "entra.audit"\nat = 2026-03-12T09:00:00Z\n'
        'until = 2026-03-11T09:00:00Z\nby = "kim"\n',
        "1: acknowledgements[0] ends before it begins: until is not after at",
    ),
    "an acknowledgement without offset": (
        '[[acknowledgements]]\nsource = "entra.audit"\nat = 2026-03-12T09:00:00\n'
        'until = 2026-03-13T09:00:00Z\nby = "kim"\n',
        "3: acknowledgements[0].at",
    ),
    "a quorum that cannot be met": (
        '[[virtual_sources]]\nname = "x"\nquorum = 3\nsources = [{source = "entra.audit"}, {source = "entra.risk"}]\n',
        "1: virtual_sources[0] has a quorum of 3, but only 2 sources",
    ),
    "a passive source with a quorum": (
        '[[virtual_sources]]\nname = "x"\nmode = "passive"\nquorum = 1\n'
        'sources = [{source = "entra.audit"}, {source = "entra.risk"}]\n',
        "1: virtual_sources[0] is passive, so one source suffices; leave quorum out",
    ),
    "a member that does not exist": (
        '[[virtual_sources]]\nname = "x"\nsources = [{source = "entra.audit"}, {source = "entra.risks"}]\n',
        "3: virtual_sources[0].sources[1].source names 'entra.risks', which is not a source; did you mean entra.risk?",
    ),
    "a time zone that does not exist": (
        '[[calendars]]\ntime_zone = "Europe/Zuerich"\n',
        '2: calendars[0].time_zone is not a time zone; write its IANA name, as in "Europe/Zurich"',
    ),
    "a day that does not exist": (
        '[[calendars]]\nworking_days = ["mon"]\n',
        "2: calendars[0].working_days[0]",
    ),
    "checks that cannot agree": (
        "[heartbeats]\nchecks = 4\nof = 3\n",
        "1: heartbeats has checks = 4, more than of = 3",
    ),
    "a threshold that is misspelt": (
        "[heartbeats]\nlowest = 0.2\n",
        "2: heartbeats.lowest is not known; did you mean low?",
    ),
    "a share above one": ("[heartbeats]\nlow = 1.5\n", "2: heartbeats.low"),
    "a duration without a unit": ('[heartbeats]\ncooldown = "30"\n', "2: heartbeats.cooldown"),
    "a dimension that the records do not say": (
        '[[dimensions]]\nsource = "entra.signin"\nby = "account"\n',
        "3: dimensions[0].by is 'account', which records of entra.signin do not say",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_is_refused_at_its_line(what: str, tmp_path: Path) -> None:
    text, expected = WRONG[what]
    file = tmp_path / "customer.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        declarations = load_declarations(file)
        check_declared(declarations, tuned(discover(functions.detectors), declarations), registry())
    (line,) = str(refused.value).splitlines()
    assert f"customer.toml:{expected}" in line
