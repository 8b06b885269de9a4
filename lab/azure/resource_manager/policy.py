"""Azure Policy: what a definition may be, and `remediate`, which applies what is assigned as the policy's identity.

It knows the conditions that our definitions use (`allOf`, `anyOf`, `not`, and comparisons of `type`, `id`, `name`,
`kind` and `location`), and any other fails. The existence condition is not asked: every resource of a type is written.
Source: learn.microsoft.com, "Azure Policy definition structure" and "Remediate noncompliant resources".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Caller, Put, Refused, Stored
from lab.azure.resource_manager.providers import require
from lab.azure.resource_manager.refusal import place_of
from lab.azure.resource_manager.service import write
from lab.azure.resource_manager.syntax import BicepError


@dataclass(slots=True)
class Remediation:
    """What a remediation came to: ids of the resources that got their setting, and why others did not."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, Refused] = field(default_factory=dict)


def remediate(azure: Azure, subscription: str) -> Remediation:
    """Applies every assigned policy of a subscription to its resources. Refused where PolicyInsights is missing."""
    require("Microsoft.PolicyInsights", subscription.lower(), azure)
    found = Remediation()
    scope = f"/subscriptions/{subscription}"
    for assignment in list(azure.below(scope, "Microsoft.Authorization/policyAssignments")):
        for definition, parameters in _definitions(assignment, azure):
            rule = definition.properties["policyRule"]
            if _filled(rule["then"]["effect"], parameters) != "DeployIfNotExists":
                continue
            for resource in list(azure.below(scope)):
                if _holds(_filled(rule["if"], parameters), resource):
                    _apply(azure, assignment, rule["then"]["details"], parameters, resource, found)
    return found


def _apply(
    azure: Azure,
    assignment: Stored,
    details: Mapping[str, Any],
    parameters: Mapping[str, Any],
    resource: Stored,
    found: Remediation,
) -> None:
    identity = Caller(str(assignment.body["identity"]["principalId"]), {})
    deployment = _filled(details["deployment"]["properties"], parameters, resource)
    given = {name: one["value"] for name, one in deployment["parameters"].items()}
    try:
        azure.allow(identity, "Microsoft.Resources/deployments/write", resource.id)
        for one in details["deployment"]["properties"]["template"]["resources"]:
            body = _filled(one, given, resource)
            scope, name, kind = body.pop("scope"), body.pop("name"), body.pop("type")
            body.pop("apiVersion")
            place = f"{scope}/providers/{kind}/{name}"
            write(azure, Put(place, kind, name, scope, body, identity, azure.get(place)))
        found.done.append(resource.id)
    except Refused as refused:
        found.failed[resource.id] = refused


def _definitions(assignment: Stored, azure: Azure) -> list[tuple[Stored, dict[str, Any]]]:
    """The definitions of an assignment, each with the values of its parameters."""
    given = {name: one["value"] for name, one in (assignment.properties.get("parameters") or {}).items()}
    target = azure.get(str(assignment.properties["policyDefinitionId"]))
    if target is None:
        return []
    values = _defaults(target, given)
    if target.type.lower().endswith("/policydefinitions"):
        return [(target, values)]
    found = []
    for part in target.properties["policyDefinitions"]:
        definition = azure.get(str(part["policyDefinitionId"]))
        if definition is not None:
            passed = {name: _filled(one["value"], values) for name, one in part["parameters"].items()}
            found.append((definition, _defaults(definition, passed)))
    return found


def _defaults(definition: Stored, given: Mapping[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = definition.properties.get("parameters") or {}
    return {name: one.get("defaultValue") for name, one in declared.items()} | dict(given)


def _filled(value: Any, parameters: Mapping[str, Any], resource: Stored | None = None) -> Any:
    """A value with `[parameters('x')]` and `[field('id')]` filled in; another expression fails."""
    if isinstance(value, Mapping):
        return {name: _filled(one, parameters, resource) for name, one in value.items() if name != "template"}
    if isinstance(value, list):
        return [_filled(one, parameters, resource) for one in value]
    if not isinstance(value, str) or not value.startswith("["):
        return value
    named = re.fullmatch(r"\[parameters\('(\w+)'\)\]", value)
    if named is not None and parameters.get(named[1]) is not None:
        return parameters[named[1]]
    if value == "[field('id')]" and resource is not None:
        return resource.id
    raise BicepError(f"policy: {value} is not known here")


def _field(name: str, resource: Stored) -> str:
    """A field. What has no location of its own counts as `global`, the documentation's word for such resources."""
    match name:
        case "type":
            return resource.type
        case "id":
            return resource.id
        case "name":
            return resource.name
        case "kind":
            return str(resource.body.get("kind", ""))
        case "location":
            return place_of(resource.body["location"]) if "location" in resource.body else "global"
    raise BicepError(f"policy: the field {name} is not known here")


_COMPARISONS: Final[Mapping[str, Callable[[str, Any], bool]]] = {
    "equals": lambda found, wanted: found == str(wanted).lower(),
    "notEquals": lambda found, wanted: found != str(wanted).lower(),
    "contains": lambda found, wanted: str(wanted).lower() in found,
    "notContains": lambda found, wanted: str(wanted).lower() not in found,
    "in": lambda found, wanted: found in [str(one).lower() for one in wanted],
    "notIn": lambda found, wanted: found not in [str(one).lower() for one in wanted],
}


def _holds(condition: Mapping[str, Any], resource: Stored) -> bool:
    match condition:
        case {"allOf": parts}:
            return all(_holds(one, resource) for one in parts)
        case {"anyOf": parts}:
            return any(_holds(one, resource) for one in parts)
        case {"not": part}:
            return not _holds(part, resource)
        case {"field": name, **rest} if len(rest) == 1 and next(iter(rest)) in _COMPARISONS:
            ((comparison, wanted),) = rest.items()
            if name == "location":  # `West Europe` is `westeurope`, as the documentation of fields says
                wanted = [place_of(one) for one in wanted] if isinstance(wanted, list) else place_of(wanted)
            return _COMPARISONS[comparison](_field(str(name), resource).lower(), wanted)
    raise BicepError(f"policy: the condition {condition!r} is not known here")
