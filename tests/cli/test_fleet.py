"""`telltale fleet`: what the file may say, and a rollout through an `az` that is a real process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.fleet.file import Customer
from cli.fleet.state import Entry, FleetState
from cli.fleet.steps import Release
from shared.base.clock import SystemClock
from tests.cli.fleets import ALPHA, BRAVO, CHARLIE, FLEET, TENANT, customer
from tests.cli.shell import Shell, json_lines, one_line
from tests.infra.reading import MAIN
from tests.infra.stand_in_az import StandInAz


@pytest.fixture
def azure(az: StandInAz) -> StandInAz:
    """An `az` that knows whose the subscriptions are, and what would change."""
    answers(az)
    return az


def answers(az: StandInAz) -> None:
    for subscription in (ALPHA, BRAVO, CHARLIE):
        home = {"homeTenantId": f"{TENANT}{subscription[-1]}", "tenantId": "the one that manages"}
        az.answer("account show", subscription, output=json.dumps(home))
    changes = [("Create", "/a"), ("Modify", "/b"), ("NoChange", "/c"), ("Ignore", "/d")]
    listed = [{"changeType": kind, "resourceId": resource} for kind, resource in changes]
    az.answer("deployment sub what-if", output=json.dumps({"changes": listed}))
    az.answer("functionapp list", output='["func-telltale-x"]')


def deployed(az: StandInAz) -> list[str]:
    """The customers that were deployed to, in order."""
    return [
        next(word for word in call if word.startswith("customer=")).partition("=")[2]
        for call in az.asked
        if call[:3] == ["deployment", "sub", "create"]
    ]


def test_the_plan_says_what_would_be_deployed_where_and_asks_nobody(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    status, out, _ = telltale("fleet", "plan", "fleet.toml", "--json")
    lines = json_lines(out)
    assert status == 0
    assert [(line["customer"], line["ring"], line["profile"], line["state"]) for line in lines] == [
        ("alpha", 0, "a", "new"),
        ("bravo", 1, "a", "new"),
        ("charlie", 1, "c", "new"),
    ]
    assert azure.asked == []
    assert {path.name for path in Path().iterdir()} == {"fleet.toml", "azure"}
    status, out, err = telltale("fleet", "plan", "fleet.toml", "--ring", "1")
    assert "bravo" in out
    assert "hubMaximumCapacity=4" in out
    assert "alpha" not in out
    assert "nothing was changed" in err


def test_a_rollout_looks_first_and_hands_over_every_parameter_as_one_argument(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "0")[0] == 0
    status, out, _ = telltale("fleet", "rollout", "fleet.toml", "--ring", "1", "--json")
    assert status == 0
    assert [(line["customer"], line["state"], line["changes"]) for line in json_lines(out)] == [
        ("bravo", "done", 2),
        ("charlie", "done", 2),
    ]
    of_bravo = [call for call in azure.asked if BRAVO in call]
    assert [call[:3] for call in of_bravo] == [
        ["account", "show", "--subscription"],
        ["deployment", "sub", "what-if"],
        ["deployment", "sub", "create"],
    ]
    create = of_bravo[-1]
    assert create[create.index("--template-file") + 1] == str(MAIN)
    assert 'tags={"team": "a b"}' in create
    assert "hubMaximumCapacity=4" in create
    assert any(word.endswith("profile-a.parameters.json") for word in create)


def test_a_ring_stops_at_the_first_failure_and_goes_on_from_there(
    telltale: Shell, fleet: Path, az: StandInAz
) -> None:
    az.answer("deployment sub create", "customer=bravo", output="ERROR: (Quota) too many", status=1)
    answers(az)
    telltale("fleet", "rollout", "fleet.toml", "--ring", "0")
    status, _, err = telltale("fleet", "rollout", "fleet.toml", "--ring", "1")
    assert status == 1
    assert "telltale: ring 1 stopped at bravo, 1 customers not tried" in err
    assert "(Quota) too many" in err
    assert deployed(az) == ["alpha", "bravo"]
    plan = json_lines(telltale("fleet", "plan", "fleet.toml", "--json")[1])
    assert [line["state"] for line in plan] == ["done", "failed", "new"]

    az.forget()
    answers(az)
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "1")[0] == 0
    assert deployed(az) == ["alpha", "bravo", "bravo", "charlie"]
    status, out, _ = telltale("fleet", "rollout", "fleet.toml", "--ring", "1", "--json")
    assert [line["state"] for line in json_lines(out)] == ["already done", "already done"]
    assert len(deployed(az)) == 4


def test_a_changed_parameter_is_rolled_out_again_and_to_nobody_else(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    telltale("fleet", "rollout", "fleet.toml", "--ring", "0")
    telltale("fleet", "rollout", "fleet.toml", "--ring", "1")
    fleet.write_text(FLEET.replace("hubMaximumCapacity = 4", "hubMaximumCapacity = 5"))
    plan = json_lines(telltale("fleet", "plan", "fleet.toml", "--json")[1])
    assert [line["state"] for line in plan] == ["done", "changed", "done"]
    telltale("fleet", "rollout", "fleet.toml", "--ring", "1")
    assert deployed(azure)[3:] == ["bravo"]


def test_a_ring_waits_for_the_rings_before_it(telltale: Shell, fleet: Path, azure: StandInAz) -> None:
    line = one_line(telltale("fleet", "rollout", "fleet.toml", "--ring", "1"))
    assert "rings before it are not done with this release (alpha)" in line
    assert azure.asked == []
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "1", "--out-of-order")[0] == 0
    assert deployed(azure) == ["bravo", "charlie"]


def test_two_rollouts_at_once_do_not_forget_each_other(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    with FleetState(Path("fleet.state.json")).alone():
        line = one_line(telltale("fleet", "rollout", "fleet.toml", "--ring", "0"))
    assert "another rollout is under way" in line
    assert azure.asked == []
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "0")[0] == 0


def test_a_subscription_of_another_tenant_is_not_touched(telltale: Shell, fleet: Path, az: StandInAz) -> None:
    az.answer("account show", output=json.dumps({"homeTenantId": TENANT + "9", "tenantId": TENANT + "0"}))
    status, _, err = telltale("fleet", "rollout", "fleet.toml", "--ring", "0")
    assert status == 1
    assert f"belongs to tenant {TENANT}9, the fleet file says {TENANT}0" in err
    assert len(az.asked) == 1


def test_a_deployment_that_would_delete_is_not_made(telltale: Shell, fleet: Path, az: StandInAz) -> None:
    changes = [{"changeType": "Delete", "resourceId": "/workspaces/log"}]
    az.answer("deployment sub what-if", output=json.dumps({"changes": changes}))
    answers(az)
    status, _, err = telltale("fleet", "rollout", "fleet.toml", "--ring", "0")
    assert status == 1
    assert "would delete /workspaces/log" in err
    assert deployed(az) == []


def test_an_answer_that_cannot_be_read_stops_the_ring(telltale: Shell, fleet: Path, az: StandInAz) -> None:
    az.answer("deployment sub what-if", output="Resource changes: 3 to create")
    answers(az)
    status, _, err = telltale("fleet", "rollout", "fleet.toml", "--ring", "0")
    assert status == 1
    assert "cannot be read" in err
    assert deployed(az) == []


def test_a_dry_run_prints_the_commands_and_runs_none(telltale: Shell, fleet: Path, azure: StandInAz) -> None:
    status, out, err = telltale("fleet", "rollout", "fleet.toml", "--ring", "1", "--dry-run")
    lines = out.splitlines()
    assert status == 0
    assert len(lines) == 6
    assert all(line.startswith("az ") for line in lines)
    assert '\'tags={"team": "a b"}\'' in lines[2]
    assert "nothing was run" in err
    assert azure.asked == []
    assert not Path("fleet.state.json").exists()


def test_a_package_is_published_after_the_infrastructure(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    Path("telltale.zip").write_bytes(b"a package")
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "0", "--package", "telltale.zip")[0] == 0
    publish = azure.asked[-1]
    assert publish[:4] == ["functionapp", "deployment", "source", "config-zip"]
    assert publish[publish.index("--name") + 1] == "func-telltale-x"
    assert publish[publish.index("--resource-group") + 1] == "rg-telltale"
    assert publish[publish.index("--build-remote") + 1] == "false"
    Path("telltale.zip").write_bytes(b"another")
    plan = json_lines(telltale("fleet", "plan", "fleet.toml", "--json", "--package", "telltale.zip")[1])
    assert plan[0]["state"] == "changed"


def test_a_delegated_customer_gets_packages_only(telltale: Shell, fleet: Path, azure: StandInAz) -> None:
    fleet.write_text(customer("alpha", ALPHA, 0, 'access = "lighthouse"'))
    out = telltale("fleet", "rollout", "fleet.toml", "--ring", "0", "--json")[1]
    assert json_lines(out)[0]["state"] == "nothing to do"
    Path("telltale.zip").write_bytes(b"a package")
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "0", "--package", "telltale.zip")[0] == 0
    assert [call[0] for call in azure.asked] == ["account", "functionapp", "functionapp"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "gone.toml"), "gone.toml: cannot be read"),
        (("plan", "fleet.toml", "--ring", "7"), "there are 0, 1"),
        (("rollout", "fleet.toml", "--ring", "7"), "there are 0, 1"),
        (("rollout", "fleet.toml"), "--ring"),
        (("rollout", "fleet.toml", "--ring", "0", "--package", "gone.zip"), "there is no such file"),
        (("plan", "fleet.toml", "--state", "fleet.toml"), "fleet.toml: is not the state of a fleet"),
        (("nonsense",), "nonsense"),
    ],
)
def test_bad_usage_is_one_line(telltale: Shell, fleet: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in one_line(telltale("fleet", *arguments))


def test_a_customer_that_was_begun_when_the_rollout_was_killed_is_done_again(
    telltale: Shell, fleet: Path, azure: StandInAz
) -> None:
    alpha = Customer.model_validate(
        {"name": "alpha", "subscription": ALPHA, "tenant": TENANT + "0", "profile": "a", "ring": 0,
         "location": "westeurope"}
    )  # fmt: skip
    mark = Release().fingerprint(alpha)
    FleetState(Path("fleet.state.json")).keep(
        "alpha", Entry(stage="begun", fingerprint=mark, at=SystemClock().now())
    )
    assert telltale("fleet", "rollout", "fleet.toml", "--ring", "0")[0] == 0
    assert deployed(azure) == ["alpha"]
    assert FleetState(Path("fleet.state.json")).is_done("alpha", mark)
