"""Whether this is a checkout of the project, or what `pip install` brings: functions, shared and cli only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from shared.base.errors import TelltaleError

CHECKOUT: Final = Path(__file__).parents[1]


def is_checkout(root: Path = CHECKOUT) -> bool:
    """Whether `root` has what is never installed: stand-ins and made-up traffic."""
    return (root / "lab" / "demo" / "command.py").is_file()


def need_checkout(what: str) -> None:
    """Raises TelltaleError, saying `what` a command does, where there is no checkout."""
    if not is_checkout():
        raise TelltaleError(f"{what} and needs a checkout of the project; see its README")
