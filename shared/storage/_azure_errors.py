"""Maps the answers of Azure Table Storage to the store's own errors.

Called by `AzureTableStore` alone. Messages are built from status and code, because the library's own texts run
over several lines and repeat addresses.
"""

from __future__ import annotations

import json
import re

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from shared.storage._store import (
    Delete,
    Insert,
    InvalidRow,
    Operation,
    Replace,
    RowChanged,
    RowExists,
    StorageError,
    StoreUnavailable,
    row_of,
)

_CONDITION_FAILED = frozenset({"UpdateConditionNotSatisfied", "ConditionNotMet"})
_CAUSE = re.compile(r"\[Errno -?\d+\] ([\w ,.-]+)|(timed? out)")


def error_code(error: HttpResponseError) -> str:
    """The service's name for what went wrong, such as "TableNotFound"; "" if it gave none."""
    code = getattr(error, "error_code", None)
    if code is None and error.response is not None:
        try:
            code = json.loads(error.response.text())["odata.error"]["code"]
        except (ValueError, LookupError, TypeError, AttributeError, AzureError):
            # An answer without the service's JSON is of a proxy or gateway, or was cut; its status is all there is.
            code = None
    return str(getattr(code, "value", code) or "")


def table_is_missing(error: HttpResponseError, operation: Operation | None = None) -> bool:
    """Whether the table itself is not there; only a Replace or Delete can miss its row instead."""
    if error.status_code != 404:
        return False
    return error_code(error) == "TableNotFound" or (
        operation is not None and not isinstance(operation, Replace | Delete)
    )


def row_is_missing(error: HttpResponseError) -> bool:
    """Whether the service says that the row is not there."""
    return error.status_code == 404 and error_code(error) in {"ResourceNotFound", "EntityNotFound"}


def refusal(endpoint: str, error: HttpResponseError, index: int, operation: Operation) -> StorageError:
    """The store's error for an answer that refuses the operation at `index`.

    Only the service's own codes say anything about a row. The same status without one comes from a proxy or gateway:
    taken for "the row is there", it would let an alert that was never stored pass for raised.
    """
    status, code, row = error.status_code, error_code(error), row_of(operation)
    if status == 409 and code == "EntityAlreadyExists" and isinstance(operation, Insert):
        return RowExists(index, row)
    if (status == 412 and code in _CONDITION_FAILED) or (
        row_is_missing(error) and isinstance(operation, Replace)
    ):
        return RowChanged(index, row)
    if status in {400, 413}:
        return InvalidRow(f"table storage refused the row with {status} {code}".rstrip(), index)
    return unavailable(endpoint, error)


def unavailable(endpoint: str, error: Exception) -> StoreUnavailable:
    """One line that says which service failed, how, and what to do where that is known."""
    return StoreUnavailable(f"table storage at {endpoint} {_fault(error)}")


def _fault(error: Exception) -> str:
    found = _CAUSE.search(str(error))
    cause = f" ({found[1] or found[2]})" if found else ""
    if isinstance(error, ClientAuthenticationError) and error.response is None:
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no reason given"
        return f"could not be asked, because there is no token for it: {first}"
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        answer = f"answered {error.status_code} {error_code(error)}".rstrip()
        if error.status_code in {401, 403}:
            return f"{answer}; give the identity the role Storage Table Data Contributor on the account"
        return answer
    if isinstance(error, ServiceRequestError):
        return f"cannot be reached{cause}; check the endpoint, its firewall and the network"
    if isinstance(error, ServiceResponseError):
        return f"was asked but the answer was lost{cause}"
    if not isinstance(error, AzureError):
        return f"gave an answer that cannot be read ({type(error).__name__})"
    return f"failed with {type(error).__name__}{cause}"
