"""What one rule of a service is: a name, the type it is about, the code it answers, where it is documented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab.azure.resource_manager.azure import Azure, Put


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule. type: of the resources that it is asked about, lower case; '' for all. check: a message, or None.

    source: a page of documentation, or an issue with the service's own answer; `from memory` where it was not read now.
    """

    rule: str
    type: str
    code: str
    source: str
    check: Callable[[Put, Azure], str | None]


def place_of(location: object) -> str:
    """A region as Azure compares them: `West Europe` is `westeurope`."""
    return str(location).replace(" ", "").lower()
