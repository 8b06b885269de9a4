"""The script that grants permissions of Microsoft Graph: no more than it says, and nothing on a dry run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.infra.reading import INFRA, ROOT
from tests.infra.stand_in_az import StandInAz

PRINCIPAL = "11111111-2222-3333-4444-555555555555"
PERMISSIONS = [
    line.split()
    for line in (INFRA / "graph-permissions.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture
def az(tmp_path: Path) -> StandInAz:
    stand_in = StandInAz(tmp_path)
    stand_in.answer("--query id", output="graph-in-this-tenant")
    stand_in.answer("cloud show", output="https://graph.example/")
    for _, permission in PERMISSIONS:
        stand_in.answer(f"value=='{permission}'", output=f"role-of-{permission}")
    return stand_in


def grant(az: StandInAz, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(INFRA / "scripts" / "grant-graph.sh"), *arguments],
        env=az.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def grants(az: StandInAz) -> list[str]:
    return [call[call.index("--body") + 1] for call in az.asked if "post" in call]


def test_it_grants_what_is_needed_for_one_purpose_and_nothing_else(az: StandInAz) -> None:
    done = grant(az, PRINCIPAL, "revoke-sessions")
    assert done.returncode == 0, done.stderr
    assert [
        f"role-of-{name}" in body for (who, name), body in zip(PERMISSIONS, grants(az), strict=False)
    ] == [True] * 3
    assert len(grants(az)) == 3
    assert done.stdout.splitlines()[0] == "granted: User.RevokeSessions.All"


def test_a_dry_run_grants_nothing_and_prints_the_commands(az: StandInAz) -> None:
    done = grant(az, PRINCIPAL, "revoke-sessions", "--dry-run")
    assert grants(az) == []
    assert done.stdout.count("would grant: ") == 3
    assert (
        f"az rest --method post --url https://graph.example/v1.0/servicePrincipals/{PRINCIPAL}/"
        in done.stdout
    )


def test_what_is_held_already_is_left_alone(az: StandInAz) -> None:
    az.answer("--method get", output="role-of-User.Read.All")
    done = grant(az, PRINCIPAL, "revoke-sessions")
    assert "held already: User.Read.All" in done.stdout
    assert len(grants(az)) == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((PRINCIPAL,), "two arguments are needed"),
        (("$(reboot)", "revoke-sessions"), "is no object id"),
        ((PRINCIPAL, "everything"), "nothing needs permissions as 'everything'"),
        ((PRINCIPAL, "revoke-sessions", "--force"), "--force is not known"),
    ],
)
def test_wrong_use_is_said_in_one_line_and_asks_azure_nothing(
    az: StandInAz, arguments: tuple[str, ...], problem: str
) -> None:
    done = grant(az, *arguments)
    assert done.returncode == 2
    assert problem in done.stderr
    assert az.asked == []


def test_each_permission_is_documented_with_what_stops_without_it() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert [name for _, name in PERMISSIONS if f"| `{name}` |" not in page] == []
