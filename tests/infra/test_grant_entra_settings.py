"""The script that lets the app read Entra's diagnostic settings: one role at one place, and nothing on a dry run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.reading import INFRA, ROOT
from tests.infra.stand_in_az import StandInAz

PRINCIPAL = "11111111-2222-3333-4444-555555555555"
ROLE = json.loads((INFRA / "roles.json").read_text("utf-8"))["monitoringReader"]
CREATE = (
    f"role assignment create --assignee-object-id {PRINCIPAL} --assignee-principal-type ServicePrincipal "
    f"--role {ROLE} --scope /providers/Microsoft.aadiam"
)


@pytest.fixture
def az(tmp_path: Path) -> StandInAz:
    return StandInAz(tmp_path)


def grant(az: StandInAz, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(INFRA / "scripts" / "grant-entra-settings.sh"), *arguments],
        env=az.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def created(az: StandInAz) -> list[str]:
    return [" ".join(call) for call in az.asked if "create" in call]


def test_it_grants_reading_at_the_tenants_settings_and_nowhere_else(az: StandInAz) -> None:
    done = grant(az, PRINCIPAL)
    assert done.returncode == 0, done.stderr
    assert created(az) == [f"{CREATE} --output none"]
    assert done.stdout == "granted: Monitoring Reader at /providers/Microsoft.aadiam\n"


def test_a_dry_run_grants_nothing_and_prints_the_command(az: StandInAz) -> None:
    done = grant(az, PRINCIPAL, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert created(az) == []
    assert f"    az {CREATE}\n" in done.stdout


def test_what_is_held_already_is_left_alone(az: StandInAz) -> None:
    az.answer("role assignment list", PRINCIPAL, ROLE, output="/assignment")
    assert grant(az, PRINCIPAL).stdout.startswith("held already: ")
    assert created(az) == []


def test_a_refusal_is_not_taken_for_a_grant(az: StandInAz) -> None:
    az.answer("create", output="AuthorizationFailed", status=1)
    done = grant(az, PRINCIPAL)
    assert done.returncode != 0
    assert "granted" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "the object id of the identity is needed"),
        (("$(reboot)",), "is no object id"),
        ((PRINCIPAL, "--force"), "--force is not known"),
    ],
)
def test_wrong_use_is_said_in_one_line_and_asks_azure_nothing(
    az: StandInAz, arguments: tuple[str, ...], problem: str
) -> None:
    done = grant(az, *arguments)
    assert done.returncode == 2
    assert problem in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert az.asked == []


def test_the_right_is_documented_with_the_script_that_gives_it() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert f"| Monitoring Reader | `{ROLE}` | `/providers/Microsoft.aadiam`" in page
    assert "infra/scripts/grant-entra-settings.sh PRINCIPAL_ID --dry-run" in page
