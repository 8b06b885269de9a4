"""What Azure Resource Manager does with one resource: may the caller, is it refused, and what the service adds."""

from __future__ import annotations

from typing import Final

from lab.azure.resource_manager.answers import answered
from lab.azure.resource_manager.azure import Azure, Caller, Change, Put, Refused, Stored
from lab.azure.resource_manager.providers import register_for, required_by
from lab.azure.resource_manager.refusal import place_of
from lab.azure.resource_manager.refusals import check, check_deletion

_WORKSPACE: Final = "microsoft.operationalinsights/workspaces"


def write(azure: Azure, put: Put) -> Stored:
    """Writes a resource; raises Refused."""
    azure.allow(put.caller, f"{put.type}/write", put.id)
    register_for(put, azure)
    required_by(put, azure)
    check(put, azure)
    body = answered(put, azure)
    before = put.before
    if before is None:
        stored = Stored(put.id, put.type, put.name, body)
        azure.changes.append(Change("Create", put.id))
        azure.fresh.add(put.id.lower())
        azure.deleted_workspaces.pop(put.id.lower(), None)  # it is recovered, with its tables
    else:
        same = before.body == body
        stored = Stored(before.id, put.type, put.name, body, before.etag + (0 if same else 1))
        azure.changes.append(Change("NoChange" if same else "Modify", put.id))
    azure.resources[put.id.lower()] = stored
    return stored


def delete(azure: Azure, identity: str, caller: Caller) -> None:
    """Deletes a resource and what stands below it; raises Refused where it is not there or something uses it."""
    found = azure.get(identity)
    if found is None:
        raise Refused("ResourceNotFound", f"{identity} was not found", "deletion of what is not there")
    azure.allow(caller, f"{found.type}/delete", identity)
    check_deletion(found, azure)
    gone = [found, *azure.below(identity)]
    for one in gone:
        principal = (one.body.get("identity") or {}).get("principalId") or one.properties.get("principalId")
        if one.type.lower() != "microsoft.authorization/roleassignments" and principal:
            azure.principals.discard(str(principal))  # its role assignments stay, and name nobody
        if one.type.lower() == _WORKSPACE:
            azure.deleted_workspaces[one.id.lower()] = place_of(one.body.get("location"))
        azure.resources.pop(one.id.lower(), None)
