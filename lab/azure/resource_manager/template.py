"""Deploys a Bicep file into the stand-in: in the order of its dependencies, modules as deployments of their own.

A symbol that an expression names is deployed before the expression is evaluated, which is how Bicep derives its order.
What the engine of Azure does side by side is done one after the other here; `siblings` in the report names what no
dependency orders, so that rules about writing side by side can be held (`refusals.check_side_by_side`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lab.azure.resource_manager import syntax
from lab.azure.resource_manager.azure import Azure, Caller, Put, Refused
from lab.azure.resource_manager.bicep import parse_file
from lab.azure.resource_manager.expressions import Evaluator, resource_type_id
from lab.azure.resource_manager.refusal import place_of
from lab.azure.resource_manager.refusals import check, check_side_by_side
from lab.azure.resource_manager.service import write
from lab.azure.resource_manager.syntax import BicepError
from lab.azure.resource_manager.values import (
    ENVIRONMENTS,
    ModuleValue,
    NotDeployed,
    Place,
    Report,
    ResourceValue,
    Written,
    plain,
    without_nulls,
)

_NO_CONTENT: Final = frozenset({"parent", "scope", "dependsOn", "name"})


class Template:
    """One file with its parameters at one place. A `Scope` of expressions."""

    def __init__(
        self,
        file: syntax.File,
        azure: Azure,
        place: Place,
        caller: Caller,
        parameters: Mapping[str, Any],
        name: str,
        location: str,
    ) -> None:
        if file.target_scope != place.kind:
            raise BicepError(f"{file.path}: is for a {file.target_scope}, and is deployed to a {place.kind}")
        self.path: Path = file.path
        self._file, self.azure, self._place, self._caller = file, azure, place, caller
        self._name, self._location = name, location
        self._values: dict[str, Any] = {}
        self._active: list[str] = []
        self._after: dict[str, set[str]] = {}
        self._report = Report({})
        self.at_start = 0
        """More than 0 while something is evaluated that must be known when the deployment begins."""
        self._parameters(parameters)

    def deploy(self) -> Report:
        """Deploys everything. Raises BicepError for what cannot be evaluated and Refused for what Azure refuses."""
        self.azure.allow(self._caller, "Microsoft.Resources/deployments/write", self._place.id or "/")
        self._check_deployment()
        for symbol in (*self._file.resources, *self._file.modules):
            self.look_up(symbol)
        evaluator = Evaluator(self)
        self._report.outputs = {
            name: plain(evaluator.value(node)) for name, node in self._file.outputs.items()
        }
        self._check_deployment(len(self._report.written))
        return self._report

    def _check_deployment(self, resources: int = 0) -> None:
        """The deployment is a resource too. How many resources loops come to is known here at the end only."""
        kind, place = "Microsoft.Resources/deployments", self._place
        counts = {
            "parameters": len(self._file.parameters),
            "variables": len(self._file.variables),
            "outputs": len(self._file.outputs),
            "resources": resources,
        }
        body: dict[str, Any] = {"properties": counts}
        if not place.group:
            body["location"] = self._location
        identity = f"{place.id}/providers/{kind}/{self._name}"
        check(Put(identity, kind, self._name, place.id, body, self._caller, None), self.azure)
        if not place.group:
            self.azure.deployments[identity.lower()] = place_of(self._location)

    def _parameters(self, given: Mapping[str, Any]) -> None:
        unknown = sorted(set(given) - set(self._file.parameters))
        if unknown:
            raise Refused(
                "InvalidTemplate", f"{self.path.name} has no parameter {unknown[0]}", "parameters are known"
            )
        for name, parameter in self._file.parameters.items():
            if name in given:
                self._values[name] = given[name]
            elif parameter.default is None:
                raise Refused(
                    "InvalidTemplate",
                    f"{self.path.name}: the parameter {name} has no value",
                    "parameters are given",
                )
            _check_parameter(self, parameter, self.look_up(name))

    # A Scope

    def look_up(self, name: str) -> Any:
        """The value of a parameter or variable; a resource or module is deployed first."""
        if self._active and (name in self._file.resources or name in self._file.modules):
            self._after.setdefault(self._active[-1], set()).add(name)
        if name in self._values:
            return self._values[name]
        parameter = self._file.parameters.get(name)
        if parameter is not None and parameter.default is not None:
            value: Any = Evaluator(self).value(parameter.default)
        elif name in self._file.variables:
            value = Evaluator(self).value(self._file.variables[name])
        elif name in self._file.resources or name in self._file.modules:
            value = self._deployed(name)
        else:
            raise KeyError(name)
        self._values[name] = value
        return value

    def surroundings(self, function: str, arguments: Sequence[Any]) -> Any:  # noqa: PLR0911 - one for each function
        """The functions about where a deployment is."""
        place = self._place
        match function, len(arguments):
            case "subscription", 0 if place.subscription:
                return {
                    "id": f"/subscriptions/{place.subscription}",
                    "subscriptionId": place.subscription,
                    "tenantId": self.azure.tenant,
                }
            case "resourceGroup", 0 if place.group:
                group = self.azure.get(place.id)
                return {
                    "id": place.id,
                    "name": place.group,
                    "location": group.body["location"] if group else "",
                }
            case "resourceGroup", 1:
                return Place(place.subscription, arguments[0])
            case "resourceGroup", 2:
                return Place(arguments[0], arguments[1])
            case "subscription", 1:
                return Place(arguments[0])
            case "deployment", 0:
                return {"name": self._name, "location": self._location}
            case "tenant", 0:
                return {"tenantId": self.azure.tenant, "id": f"/tenants/{self.azure.tenant}"}
            case "environment", 0:
                return ENVIRONMENTS[self.azure.environment]
            case "subscriptionResourceId", count if count >= 2 and place.subscription:
                return resource_type_id(f"/subscriptions/{place.subscription}", *arguments)
            case "resourceId", count if count >= 2 and place.group:
                return resource_type_id(place.id, *arguments)
        raise BicepError(f"{self.path}: {function} with {len(arguments)} arguments is not known here")

    # Resources and modules

    def _deployed(self, symbol: str) -> Any:
        if symbol in self._active:
            raise BicepError(f"{self.path}: {symbol} depends on itself")
        self._active.append(symbol)
        try:
            if symbol in self._file.modules:
                return self._module(self._file.modules[symbol])
            return self._resource(self._file.resources[symbol])
        finally:
            self._active.pop()

    @contextmanager
    def known_at_start(self) -> Iterator[None]:
        """What is evaluated inside must not hang on anything that only a deployed resource or a module says.

        Bicep refuses it for names, scopes, conditions and loops (BCP120, BCP177, BCP178).
        """
        self.at_start += 1
        try:
            yield
        finally:
            self.at_start -= 1

    def _resource(self, resource: syntax.Resource) -> Any:
        if resource.loop is not None:
            with self.known_at_start():
                turns = Evaluator(self).turns(resource.loop)
            return [self._one(resource, turn) for turn in turns]
        return self._one(resource, Evaluator(self))

    def _one(self, resource: syntax.Resource, evaluator: Evaluator) -> Any:
        with self.known_at_start():
            wanted = resource.condition is None or evaluator.truth(resource.condition)
            head = _Head(self, resource, evaluator)
        if not wanted and resource.loop is None:
            return NotDeployed(resource.symbol, head.id, head.name)
        value = ResourceValue(self, head.id, resource.type, resource.version, head.name)
        if resource.existing:
            return value
        body = {
            str(evaluator.value(key)): plain(evaluator.value(node))
            for key, node in resource.body.pairs
            if not (isinstance(key, syntax.Literal) and key.value in _NO_CONTENT)
        }
        for key, node in resource.body.pairs:
            if isinstance(key, syntax.Literal) and key.value == "dependsOn":
                evaluator.value(node)
        put = Put(
            head.id,
            resource.type,
            head.name,
            head.scope,
            without_nulls(body),
            self._caller,
            self.azure.get(head.id),
        )
        write(self.azure, put)
        self._report.written.append(
            Written(
                f"{self.path.stem}:{resource.symbol}",
                head.id,
                resource.type,
                frozenset(f"{self.path.stem}:{one}" for one in self._all_before(resource.symbol)),
                "batchSize" in resource.decorators or resource.loop is None,
            )
        )
        return value

    def _all_before(self, symbol: str) -> set[str]:
        found: set[str] = set()
        pending = [symbol]
        while pending:
            for one in self._after.get(pending.pop(), ()):
                if one not in found:
                    found.add(one)
                    pending.append(one)
        return found

    def _module(self, module: syntax.Module) -> Any:
        if module.loop is not None:
            with self.known_at_start():
                turns = Evaluator(self).turns(module.loop)
            return [self._one_module(module, turn) for turn in turns]
        return self._one_module(module, Evaluator(self))

    def _one_module(self, module: syntax.Module, evaluator: Evaluator) -> Any:
        parts = {str(key.value): node for key, node in module.body.pairs if isinstance(key, syntax.Literal)}
        with self.known_at_start():
            name = str(evaluator.value(parts["name"])) if "name" in parts else module.symbol
            if module.condition is not None and not evaluator.truth(module.condition):
                return NotDeployed(module.symbol, "", name)
            place = self._place_of(evaluator.value(parts["scope"]) if "scope" in parts else self._place)
        if "dependsOn" in parts:
            evaluator.value(parts["dependsOn"])
        path = (self.path.parent / module.path).resolve()
        given = (
            {name: plain(one) for name, one in evaluator.value(parts["params"]).items()}
            if "params" in parts
            else {}
        )
        inner = Template(parse_file(path), self.azure, place, self._caller, given, name, self._location)
        report = inner.deploy()
        before = frozenset(f"{self.path.stem}:{one}" for one in self._all_before(module.symbol))
        for one in report.written:
            one.after = one.after | before
        self._report.written += report.written
        return ModuleValue(self, name, report)

    def _place_of(self, value: Any) -> Place:
        if isinstance(value, Place):
            return value
        if isinstance(value, ResourceValue) and value.type.lower() == "microsoft.resources/resourcegroups":
            return Place(self._place.subscription, value.name)
        if isinstance(value, Mapping) and "subscriptionId" in value:
            return Place(str(value["subscriptionId"]))
        raise BicepError(f"{self.path}: {value!r} is no place for a module")

    @property
    def place(self) -> Place:
        """Where the deployment is."""
        return self._place


class _Head:
    """Name, id and scope of a resource, from its body and its type."""

    def __init__(self, template: Template, resource: syntax.Resource, evaluator: Evaluator) -> None:
        parts = {str(key.value): node for key, node in resource.body.pairs if isinstance(key, syntax.Literal)}
        if "name" not in parts:
            raise BicepError(f"{template.path}:{resource.line}: {resource.symbol} has no name")
        self.name = str(evaluator.value(parts["name"]))
        self.scope = template.place.id
        parent = evaluator.value(parts["parent"]) if "parent" in parts else None
        scope = evaluator.value(parts["scope"]) if "scope" in parts else None
        if parent is not None:
            self.scope = parent.member("id")
            self.id = f"{self.scope}/{resource.type.rpartition('/')[2]}/{self.name}"
            self.name = f"{parent.member('name')}/{self.name}"
        elif isinstance(scope, ResourceValue | NotDeployed):
            self.scope = scope.member("id")
            self.id = resource_type_id(self.scope, resource.type, *self.name.split("/"))
        elif scope is not None:
            self.scope = template._place_of(scope).id
            self.id = resource_type_id(self.scope, resource.type, *self.name.split("/"))
        elif resource.type.lower() == "microsoft.resources/resourcegroups":
            self.id = f"{self.scope}/resourceGroups/{self.name}"
        else:
            self.id = resource_type_id(self.scope, resource.type, *self.name.split("/"))


def _check_parameter(template: Template, parameter: syntax.Parameter, value: Any) -> None:
    kinds = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}
    wanted = kinds.get(parameter.kind)
    where = f"{template.path.name}: the parameter {parameter.name}"
    if wanted is None:
        raise BicepError(f"{where} is of the type {parameter.kind}, which is not known here")
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise Refused(
            "InvalidTemplate", f"{where} is a {parameter.kind}, not {value!r}", "types of parameters"
        )
    evaluator = Evaluator(template)
    limits = {name: evaluator.value(found[0]) for name, found in parameter.decorators.items() if found}
    size = value if isinstance(value, int) else len(value)  # type: ignore[arg-type]  # its type was checked above
    low = limits.get("minValue", limits.get("minLength"))
    high = limits.get("maxValue", limits.get("maxLength"))
    if (low is not None and size < low) or (high is not None and size > high):
        raise Refused(
            "InvalidTemplate", f"{where}: {value!r} is not within {low} and {high}", "limits of parameters"
        )
    allowed = limits.get("allowed")
    if allowed is not None:
        for one in value if isinstance(value, list) else [value]:
            if one not in allowed:
                raise Refused(
                    "InvalidTemplate",
                    f"{where}: {one!r} is none of {allowed}",
                    "allowed values of parameters",
                )


def deploy(
    path: Path,
    azure: Azure,
    place: Place,
    caller: Caller,
    parameters: Mapping[str, Any] | None = None,
    *,
    name: str = "telltale",
    location: str = "westeurope",
) -> Report:
    """Deploys the file at `path`, as `az deployment` does. What was written before a refusal stays, as in Azure."""
    azure.fresh.clear()
    template = Template(parse_file(path), azure, place, caller, parameters or {}, name, location)
    report = template.deploy()
    check_side_by_side(report.written)
    return report
