"""ATT&CK techniques by id: their names and tactics, from the table beside this file.

Alerts format techniques with it, detectors are checked against it, the coverage map is drawn over it.

The table holds the techniques of ATT&CK for Enterprise for cloud platforms, and every id that ATT&CK has
revoked or deprecated with what replaced it. (c) The MITRE Corporation. Reproduced under the ATT&CK terms of
use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import orjson

from shared.base.errors import DeclarationError

TABLE: Final = "techniques.json"


class UnknownTechnique(DeclarationError):  # noqa: N818 - named for what happened
    """An id that is not a technique of the table, or no longer one; the message names the replacement."""


@dataclass(frozen=True, slots=True)
class Technique:
    """One ATT&CK technique or sub-technique.

    `name` is its own name (for T1098.001 "Additional Cloud Credentials", without the parent's), `tactics` are
    names in the order of the matrix.
    """

    id: str
    name: str
    tactics: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


def technique(id_: str) -> Technique:
    """The technique with this id, such as `T1098.001`; raises UnknownTechnique."""
    found = techniques().get(id_)
    if found is not None:
        return found
    revoked = _table()["revoked"]
    if id_ not in revoked:
        raise UnknownTechnique(
            f"{id_!r} is not a technique of ATT&CK {version()} for cloud platforms: "
            "look it up on attack.mitre.org and write its id, such as T1098 or T1098.001"
        )
    replacement = revoked[id_]
    if replacement is None:
        raise UnknownTechnique(f"ATT&CK has withdrawn {id_} without a replacement: choose another technique")
    raise UnknownTechnique(f"ATT&CK has revoked {id_}: write {replacement} instead")


@lru_cache(maxsize=4096)
def tactics_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The tactics of these techniques together, each once, in the order of the matrix; raises
    UnknownTechnique.
    """
    wanted = {tactic for id_ in ids for tactic in technique(id_).tactics}
    return tuple(name for name in tactics() if name in wanted)


@cache
def techniques() -> dict[str, Technique]:
    """Every technique by its id."""
    return {
        id_: Technique(id_, facts["name"], tuple(facts["tactics"]))
        for id_, facts in _table()["techniques"].items()
    }


@cache
def tactics() -> tuple[str, ...]:
    """The names of the tactics, in the order of the matrix: from Reconnaissance to Impact."""
    by_id: dict[str, str] = _table()["tactics"]
    preparation = [by_id[id_] for id_ in ("TA0043", "TA0042")]
    return (*preparation, *(name for id_, name in sorted(by_id.items()) if name not in preparation))


def version() -> str:
    """The edition of ATT&CK that the table was taken from, such as `Enterprise 18.1`."""
    return str(_table()["attack"])


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = orjson.loads(files("shared.coverage").joinpath(TABLE).read_bytes())
    return table
