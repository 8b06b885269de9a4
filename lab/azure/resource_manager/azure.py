"""What stands in the cloud: subscriptions, resource groups, resources, principals and what they may do.

`service.py` writes and deletes in it. Ids compare without regard to case, as in Azure.
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
        self.deployments: dict[str, str] = {}
        """Regions of the deployments that are no group's, by their ids."""
        self.deleted_workspaces: dict[str, str] = {}
        """Regions of workspaces that were deleted, and are kept for 14 days."""
        self.fresh: set[str] = set()
        """Ids of what the deployment that runs has created."""
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

    def register(self, subscription: str, *providers: str) -> None:
        """`az provider register --namespace`."""
        self.subscriptions[subscription.lower()].registered.update(one.lower() for one in providers)

    def allow(self, caller: Caller, action: str, scope: str) -> None:
        """Raises Refused where no role of the caller allows an action at a scope."""
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
