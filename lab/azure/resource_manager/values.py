"""What symbols of a template stand for: places, resources, modules, and values that can stand in a body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from lab.azure.resource_manager.azure import Azure
from lab.azure.resource_manager.syntax import BicepError


class Deploying(Protocol):
    """The template that is being deployed, as far as a value asks it."""

    azure: Azure
    at_start: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deployment is: the tenant (no subscription), a subscription, or a resource group of one."""

    subscription: str = ""
    group: str = ""

    @property
    def id(self) -> str:
        """The beginning of the ids of what is deployed there."""
        if not self.subscription:
            return ""
        inside = f"/resourceGroups/{self.group}" if self.group else ""
        return f"/subscriptions/{self.subscription}{inside}"

    @property
    def kind(self) -> str:
        """As `targetScope` writes it."""
        return "resourceGroup" if self.group else "subscription" if self.subscription else "tenant"


@dataclass(slots=True)
class Written:
    """A resource that a deployment wrote. after: symbols that it was ordered behind; serial: one by one."""

    symbol: str
    id: str
    type: str
    after: frozenset[str]
    serial: bool


@dataclass(slots=True)
class Report:
    """What a deployment came to: its outputs, and what it wrote in its order, modules included."""

    outputs: dict[str, Any]
    written: list[Written] = field(default_factory=list)


class ResourceValue:
    """A resource that an expression names. Its properties are those that stand, so it must be there."""

    def __init__(self, template: Deploying, identity: str, kind: str, version: str, name: str) -> None:
        self._template = template
        self.id, self.type, self.version, self.name = identity, kind, version, name

    def member(self, key: str) -> Any:
        """A value of the resource; raises KeyError with a sentence."""
        known = {"id": self.id, "type": self.type, "name": self.name, "apiVersion": self.version}
        if key in known:
            return known[key]
        if self._template.at_start:
            raise KeyError(f"{key} of {self.name} is not known when the deployment begins (BCP120)")
        found = self._template.azure.get(self.id)
        if found is None:
            raise KeyError(f"the resource {self.id} is not there (ResourceNotFound)")
        if key not in found.body:
            raise KeyError(f"{self.id} has no {key}")
        return found.body[key]


class NotDeployed:
    """A resource or module whose condition does not hold: it has an id and a name, and nothing else."""

    def __init__(self, symbol: str, identity: str, name: str) -> None:
        self.symbol, self.id, self.name = symbol, identity, name

    def member(self, key: str) -> Any:
        """Its id or name; anything else fails a deployment."""
        if key in ("id", "name"):
            return getattr(self, key)
        raise KeyError(f"{self.symbol} is not deployed here, and its {key} is asked for")


class ModuleValue:
    """A module that an expression names: its name and outputs."""

    def __init__(self, template: Deploying, name: str, report: Report) -> None:
        self._template, self.name, self.report = template, name, report

    def member(self, key: str) -> Any:
        """`name` or `outputs`."""
        if key == "outputs" and self._template.at_start:
            raise KeyError(f"outputs of {self.name} are not known when the deployment begins (BCP120)")
        if key == "outputs":
            return self.report.outputs
        if key == "name":
            return self.name
        raise KeyError(f"a module has outputs and a name, no {key}")


def plain(value: Any) -> Any:
    """A value that can stand in a body: a reference to a whole resource cannot."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str | int | bool | None):
        return value
    raise BicepError(f"a {type(value).__name__} stands where a value is expected")


def without_nulls(value: Any) -> Any:
    """The value without what is null, which ARM takes as left out."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


ENVIRONMENTS: Final = {
    "AzureCloud": {
        "name": "AzureCloud",
        "resourceManager": "https://management.azure.com/",
        "suffixes": {"storage": "core.windows.net"},
    },
    "AzureUSGovernment": {
        "name": "AzureUSGovernment",
        "resourceManager": "https://management.usgovcloudapi.net",
        "suffixes": {"storage": "core.usgovcloudapi.net"},
    },
    "AzureChinaCloud": {
        "name": "AzureChinaCloud",
        "resourceManager": "https://management.chinacloudapi.cn",
        "suffixes": {"storage": "core.chinacloudapi.cn"},
    },
}
"""What `environment()` says in each cloud, of what our templates ask."""
