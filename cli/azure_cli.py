"""The Azure CLI, `az`, as a process of its own: for `telltale check --app` and `telltale fleet`.

Arguments are handed over as a list, never through a shell, so nothing in a name is a command.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any, Final

from shared.base.errors import TelltaleError

READ_SECONDS: Final = 120.0
INSTALL: Final = "https://learn.microsoft.com/cli/azure/install-azure-cli"


class AzureCliFailed(TelltaleError):  # noqa: N818 - says what happened
    """`az` is missing or did not do what it was asked; the message is one line with what it said."""


def shown(arguments: Sequence[str]) -> str:
    """The command as a person would type it."""
    return shlex.join(["az", *arguments])


def az(arguments: Sequence[str], seconds: float | None = READ_SECONDS) -> str:
    """What `az` prints; raises AzureCliFailed. `seconds`: how long it may take, None for no limit."""
    program = shutil.which("az")
    if program is None:
        raise AzureCliFailed(f"the Azure CLI, az, is not in the PATH; install it: {INSTALL}")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the person's own, with a list of arguments
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AzureCliFailed(f"{shown(arguments)}: no answer within {seconds:.0f} s") from None
    except OSError as error:
        raise AzureCliFailed(f"{program} cannot be started ({error.strerror or error})") from None
    if done.returncode != 0:
        raise AzureCliFailed(f"{shown(arguments)}: {_said(done.stderr) or f'status {done.returncode}'}")
    return done.stdout


def az_json(arguments: Sequence[str]) -> Any:
    """What `az` answers, as JSON; raises AzureCliFailed."""
    answer = az([*arguments, "--output", "json"])
    try:
        return json.loads(answer or "null")
    except ValueError:
        raise AzureCliFailed(f"{shown(arguments)}: its answer is no JSON") from None


def _said(text: str) -> str:
    """The line that tells most: the first that begins with ERROR, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    chosen = errors[0] if errors else (lines[-1] if lines else "")
    return " ".join(chosen.split())[:400]
