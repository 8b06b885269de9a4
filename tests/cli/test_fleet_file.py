"""The fleet file: every mistake is a line, and nothing is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.fleet.file import template_parameters
from tests.cli.fleets import ALPHA, BRAVO, FLEET
from tests.cli.shell import Shell, json_lines
from tests.infra.reading import MAIN, declared
from tests.infra.stand_in_az import StandInAz


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('name = "bravo"', 'name = "Alpha"'),
            "fleet.toml:9: customers[1].name is 'Alpha', as is customers[0]",
        ),
        ((BRAVO, ALPHA), "fleet.toml:10: customers[1].subscription is that of alpha too"),
        (('profile = "C"', 'profile = "d"'), "fleet.toml:20: customers[2].profile is 'd'"),
        ((f'subscription = "{ALPHA}"\n', ""), "customers[0].subscription is missing"),
        (
            (f'subscription = "{ALPHA}"', 'subscription = "prod"'),
            "fleet.toml:3: customers[0].subscription is not a GUID",
        ),
        (("ring = 0", 'ring = "0"'), "customers[0].ring is '0'"),
        (("ring = 0", "rings = 0"), "customers[0].rings is not known; did you mean ring?"),
        (("hubMaximumCapacity = 4", "hubMaxCapacity = 4"), "is no parameter of main.bicep; did you mean"),
        (("hubMaximumCapacity = 4", "hubMaximumCapacity = true"), "must be of the type int"),
        (("hubMaximumCapacity = 4", "customer = 'x'"), "is said by the customer's name"),
        (("hubMaximumCapacity = 4", "name = '@secret'"), 'begins with "@"'),
        (('name = "alpha"', 'name = "alpha; rm -rf /"'), "customers[0].name is 'alpha; rm -rf /'"),
        (('location = "westeurope"', 'location = "West Europe"'), "customers[0].location is 'West Europe'"),
        ((FLEET, "customers = []"), "fleet.toml:1: customers is []"),
        ((FLEET, ""), "fleet.toml:1: customers is missing"),
        (("[[customers]]", "[[customers"), "is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_a_line_and_nothing_is_done(
    telltale: Shell, fleet: Path, az: StandInAz, change: tuple[str, str], said: str
) -> None:
    fleet.write_text(FLEET.replace(*change))
    for command in (("plan", "fleet.toml"), ("rollout", "fleet.toml", "--ring", "0")):
        status, out, err = telltale("fleet", *command)
        assert (status, out) == (2, "")
        assert all(line.startswith("telltale: ") for line in err.splitlines())
        assert said in err
    assert az.asked == []


def test_two_deployments_in_one_subscription_need_two_names(telltale: Shell, fleet: Path) -> None:
    fleet.write_text(FLEET.replace(BRAVO, ALPHA).replace("hubMaximumCapacity = 4", 'name = "second"'))
    lines = json_lines(telltale("fleet", "plan", "fleet.toml", "--json")[1])
    assert "second" in lines[1]["commands"][2]


def test_every_mistake_is_told_at_once(telltale: Shell, fleet: Path) -> None:
    fleet.write_text(FLEET.replace('profile = "C"', 'profile = "x"').replace("ring = 0", "ring = -1"))
    assert len(telltale("fleet", "plan", "fleet.toml")[2].splitlines()) == 2


def test_the_parameters_are_those_that_the_template_declares() -> None:
    assert set(template_parameters()) == set(declared(MAIN, "parameters"))
