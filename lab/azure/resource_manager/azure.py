"""What stands in the cloud: subscriptions, resource groups, resources, principals and what they may do.

`put` and `delete` are what Azure Resource Manager does with one resource: it asks whether the caller may, whether the
provider is registered and the group exists, and then the resource type's rules (`refusals.py`), and adds what only the
service knows (`answers.py`): principal ids, endpoints, etags. Ids compare without regard to case, as in Azure.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lab.azure.resource_manager.expressions import guid
from lab.azure.resource_manager.roles import BUILT_IN, Role
from shared.base.errors import TelltaleError

TENANT: Final = guid("tenant of the stand-in")


class Refused(TelltaleError):  # noqa: N818 - it is what happened, and what a test says
    """Azure refuses a request: its code, what it says, and the rule that knew it."""

    def __init__(self, code: str, message: str, rule: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.rule = code, message, rule


@dataclass(frozen=True, slots=True)
class Caller:
    """Who deploys: an object id, and the names of its built-in roles by the scope that they hold at."""

    principal: str
    roles: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Stored:
    """A resource as it stands. `body` is what was written and what the service added."""

    id: str
    type: str
    name: str
    body: dict[str, Any]
    etag: int = 1

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties."""
        found: dict[str, Any] = self.body.setdefault("properties", {})
        return found


@dataclass(frozen=True, slots=True)
class Put:
    """A request to write one resource. `before` is what stood there; `batch` names those written beside it."""

    id: str
    type: str
    name: str
    scope: str
    body: dict[str, Any]
    caller: Caller
    before: Stored | None

    @property
    def properties(self) -> dict[str, Any]:
        """The properties of the request."""
        found = self.body.get("properties") or {}
        return found if isinstance(found, dict) else {}

    @property
    def subscription(self) -> str:
        """The subscription's id; '' at the tenant."""
        match = re.match(r"/subscriptions/([^/]+)", self.id, re.IGNORECASE)
        return match[1].lower() if match else ""


@dataclass(slots=True)
class Subscription:
    """A subscription: which providers are registered."""

    id: str
    registered: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Change:
    """What a deployment did to a resource: Create, Modify or NoChange."""

    kind: str
    id: str


class Azure:
    """One tenant. `regions` are those that have Flex Consumption and hubs here."""

    def __init__(self, subscriptions: Iterable[str], environment: str = "AzureCloud") -> None:
        self.tenant = TENANT
        self.environment = environment
        self.subscriptions = {one.lower(): Subscription(one.lower()) for one in subscriptions}
        self.resources: dict[str, Stored] = {}
        self.principals: set[str] = set()
        self.changes: list[Change] = []
        self.deployments: dict[str, dict[str, Any]] = {}
        self._made = 0

    # Looking

    def get(self, identity: str) -> Stored | None:
        """The resource of an id; None where there is none."""
        return self.resources.get(identity.lower())

    def below(self, scope: str, kind: str | None = None) -> Iterator[Stored]:
        """The resources whose ids begin with a scope, of one type where it is given."""
        for identity, found in list(self.resources.items()):
            inside = identity.startswith(scope.lower().rstrip("/") + "/") or not scope.strip("/")
            if inside and (kind is None or found.type.lower() == kind.lower()):
                yield found

    def of_type(self, kind: str) -> Iterator[Stored]:
        """Every resource of a type."""
        return self.below("", kind)

    def snapshot(self) -> Azure:
        """A copy: what is done to it is not done here. For a what-if."""
        return copy.deepcopy(self)

    # Doing

    def new_principal(self) -> str:
        """The object id of an identity that is made now; never the same twice."""
        self._made += 1
        made = guid("principal", str(self._made))
        self.principals.add(made)
        return made

    def put(self, put: Put) -> Stored:
        """Writes a resource; raises Refused."""
        from lab.azure.resource_manager.answers import answered
        from lab.azure.resource_manager.refusals import check

        self._allow(put.caller, f"{put.type}/write", put.id)
        check(put, self)
        body = answered(put, self)
        before = put.before
        if before is None:
            stored = Stored(put.id, put.type, put.name, body)
            self.changes.append(Change("Create", put.id))
        else:
            same = before.body == body
            stored = Stored(before.id, put.type, put.name, body, before.etag + (0 if same else 1))
            self.changes.append(Change("NoChange" if same else "Modify", put.id))
        self.resources[put.id.lower()] = stored
        return stored

    def delete(self, identity: str, caller: Caller) -> None:
        """Deletes a resource and what stands below it; raises Refused where it is not there or holds others back."""
        from lab.azure.resource_manager.refusals import check_deletion

        found = self.get(identity)
        if found is None:
            raise Refused("ResourceNotFound", f"{identity} was not found", "deletion of what is not there")
        self._allow(caller, f"{found.type}/delete", identity)
        check_deletion(found, self)
        gone = [found, *self.below(identity)]
        for one in gone:
            principal = (one.body.get("identity") or {}).get("principalId") or one.properties.get(
                "principalId"
            )
            if one.type.lower() != "microsoft.authorization/roleassignments" and principal:
                self.principals.discard(str(principal))  # its role assignments stay, and name nobody
            self.resources.pop(one.id.lower(), None)

    def _allow(self, caller: Caller, action: str, scope: str) -> None:
        for at, names in caller.roles.items():
            inside = scope.lower() == at.lower() or scope.lower().startswith(at.lower().rstrip("/") + "/")
            if inside and any(BUILT_IN[name].allows(action) for name in names):
                return
        for assignment in self.of_type("Microsoft.Authorization/roleAssignments"):
            held = assignment.properties
            place = assignment.id.rpartition("/providers/Microsoft.Authorization/")[0]
            if held.get("principalId") == caller.principal and scope.lower().startswith(place.lower()):
                role = self.role(str(held.get("roleDefinitionId")))
                if role is not None and role.allows(action):
                    return
        raise Refused(
            "AuthorizationFailed",
            f"the client does not have authorization to perform action '{action}' over scope '{scope}'",
            "rights of the deployer",
        )

    def role(self, definition_id: str) -> Role | None:
        """A role by the id of its definition: built in, or a custom one that stands here."""
        name = definition_id.rpartition("/")[2].lower()
        for role in BUILT_IN.values():
            if role.id == name:
                return role
        for one in self.of_type("Microsoft.Authorization/roleDefinitions"):
            if one.id.rpartition("/")[2].lower() == name:
                permissions = one.properties.get("permissions") or [{}]
                return Role(
                    name,
                    tuple(permissions[0].get("actions") or ()),
                    tuple(permissions[0].get("notActions") or ()),
                    tuple(permissions[0].get("dataActions") or ()),
                )
        return None
