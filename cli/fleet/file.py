"""The fleet file: customers with subscription, tenant, profile, ring and parameters of their own.

Checked as a whole before anything is deployed: a line for each mistake, with file and line number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from shared.base.errors import DeclarationError
from shared.customer.declaration_file import DeclarationFile, nearest
from shared.customer.types import Table

ROOT: Final = Path(__file__).parents[2]
INFRA: Final = ROOT / "infra"
TEMPLATE: Final = INFRA / "main.bicep"

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PARAMETER = re.compile(r"^param (\w+) (\w+)", re.MULTILINE)
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "int": (int,),
    "bool": (bool,),
    "array": (list,),
    "object": (dict,),
}
_OURS: Final = {"customer": "name", "location": "location"}
"""Parameters of the template that the fleet file has words of its own for."""


def _guid(value: object) -> str:
    if not isinstance(value, str) or not _GUID.fullmatch(value):
        raise ValueError("is not a GUID, as `az account list --output table` shows it")
    return value.lower()


def _profile(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Guid = Annotated[str, BeforeValidator(_guid)]
Ring = Annotated[int, Field(strict=True, ge=0, le=99)]


class Customer(Table):
    """One customer. access: `owner` deploys the infrastructure, `lighthouse` (delegated) publishes packages only."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    subscription: Guid
    tenant: Guid
    profile: Annotated[Literal["a", "b", "c"], BeforeValidator(_profile)]
    ring: Ring
    location: Annotated[str, Field(pattern=r"^[a-z0-9]{2,40}$")]
    access: Literal["owner", "lighthouse"] = "owner"
    parameters: dict[str, Any] = Field(default_factory=dict)

    @property
    def resources(self) -> str:
        """What the names of its resources begin with."""
        return str(self.parameters.get("name", "telltale"))


class Fleet(Table):
    """All customers."""

    customers: Annotated[list[Customer], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class FleetFile:
    """A fleet that may be rolled out, and where it stands."""

    path: Path
    customers: tuple[Customer, ...]

    def ring(self, number: int) -> list[Customer]:
        """The customers of a ring, in the order of the file."""
        return [customer for customer in self.customers if customer.ring == number]

    @property
    def rings(self) -> list[int]:
        """The rings that have customers."""
        return sorted({customer.ring for customer in self.customers})


def load_fleet(path: Path) -> FleetFile:
    """The fleet in a TOML or JSON file; raises DeclarationError with a line for each mistake."""
    file = DeclarationFile.read(path)
    try:
        fleet = Fleet.model_validate(file.content)
    except ValidationError as error:
        lines = [line for details in error.errors() for line in file.lines_about(details)]
        raise DeclarationError("\n".join(lines)) from None
    problems = [*_duplicates(file, fleet), *_parameters(file, fleet)]
    if problems:
        raise DeclarationError("\n".join(problems))
    return FleetFile(path, tuple(fleet.customers))


def _duplicates(file: DeclarationFile, fleet: Fleet) -> Iterator[str]:
    """Two customers of one name, or two deployments that would overwrite each other."""
    names: dict[str, int] = {}
    places: dict[tuple[str, str], str] = {}
    for number, customer in enumerate(fleet.customers):
        key = customer.name.lower()
        if key in names:
            reason = f"is {customer.name!r}, as is customers[{names[key]}].name; every alert carries it"
            yield file.line_about(("customers", number, "name"), reason)
        names.setdefault(key, number)
        place = (customer.subscription, customer.resources.lower())
        if place in places and places[place].lower() != key:
            reason = (
                f"is that of {places[place]} too, and both deployments are named {customer.resources!r}; "
                "give one of them parameters.name"
            )
            yield file.line_about(("customers", number, "subscription"), reason)
        places.setdefault(place, customer.name)


def _parameters(file: DeclarationFile, fleet: Fleet) -> Iterator[str]:
    """Parameters that the template does not have, or of another type. Azure checks their bounds before it deploys."""
    known = template_parameters()
    for number, customer in enumerate(fleet.customers):
        for name, value in customer.parameters.items():
            where = ("customers", number, "parameters", name)
            if name in _OURS:
                yield file.line_about(where, f"is said by the customer's {_OURS[name]}")
            elif name not in known:
                yield file.line_about(where, f"is no parameter of {TEMPLATE.name}{nearest(name, known)}")
            elif not _fits(value, known[name]):
                yield file.line_about(where, f"must be of the type {known[name]}")
            elif isinstance(value, str) and value.startswith("@"):
                yield file.line_about(where, 'begins with "@", by which the Azure CLI would read a file')


def template_parameters() -> dict[str, str]:
    """Names and types of the template's parameters."""
    try:
        text = TEMPLATE.read_text("utf-8")
    except OSError as error:
        raise DeclarationError(
            f"{TEMPLATE}: cannot be read; run it from a checkout ({error.strerror})"
        ) from None
    return dict(_PARAMETER.findall(text))


def _fits(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES.get(kind, (object,))) and (kind == "bool" or not isinstance(value, bool))
