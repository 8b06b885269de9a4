"""The store in Azure Table Storage: what runs in a customer's subscription, and against Azurite in tests.

This module translates only; limits, errors and meaning are defined in `shared.storage._store`. Every exception of the
library becomes one of the store's errors, also those for truncated answers and answers of a proxy, which are not the
library's own.
Requests time out after seconds, not minutes: a batch waits for them, and the Functions host retries it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables import (
    EdmType,
    EntityProperty,
    TableClient,
    TableEntity,
    TableServiceClient,
    UpdateMode,
)

from shared.storage._azure_errors import refusal, row_is_missing, table_is_missing, unavailable
from shared.storage._limits import check_key, check_table, check_transaction
from shared.storage._store import (
    Delete,
    Insert,
    Operation,
    Replace,
    Row,
    RowValue,
    StorageError,
    Upsert,
    row_of,
)

_CONNECT_SECONDS = 5
READ_SECONDS = 15.0
_PAGE_ROWS = 1000
_KEYS = ("PartitionKey", "RowKey")
# A POST (an insert or a transaction) is sent again if it never arrived, not if only its answer was lost: the
# second attempt would meet the row of the first.
_POST: dict[str, Any] = {"retry_on_methods": ["POST"], "retry_read": 0}
_REPLACE: dict[str, Any] = {"mode": UpdateMode.REPLACE}

_http_log = logging.getLogger("shared.storage.http")
_http_log.setLevel(logging.WARNING)  # The library would log the headers of every request as information.


class AzureTableStore:
    """A `Store` in the storage account whose table endpoint is `endpoint` (https://<account>.table.core.windows.net).

    `credential` is a managed identity or other token; an account key is for emulators
    (`from_connection_string`). A failing request is repeated up to `retries` times, then StoreUnavailable; an
    answer is waited for `read_seconds`. Raises StorageError if endpoint and credential cannot go together.
    """

    def __init__(
        self,
        endpoint: str,
        credential: TokenCredential | AzureNamedKeyCredential,
        *,
        retries: int = 3,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        options = _options(retries, read_seconds)
        try:
            self._service = TableServiceClient(endpoint, credential=credential, **options)
        except ValueError as error:
            raise StorageError(
                f"table storage cannot be used at {_without_query(endpoint)}: {error}"
            ) from error
        self._prepare()

    @classmethod
    def from_connection_string(
        cls, connection_string: str, *, retries: int = 3, read_seconds: float = READ_SECONDS
    ) -> Self:
        """A store at the table endpoint of a connection string, which holds a key: for emulators."""
        store = cls.__new__(cls)
        options = _options(retries, read_seconds)
        try:
            store._service = TableServiceClient.from_connection_string(connection_string, **options)
        except ValueError as error:
            raise StorageError(
                f"the connection string of the table storage is not usable: {error}"
            ) from error
        store._prepare()
        return store

    def _prepare(self) -> None:
        self._endpoint = _without_query(self._service.url)
        self._clients: dict[str, TableClient] = {}

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """See `Store.get`."""
        check_table(table)
        check_key("partition", partition)
        check_key("key", key)
        try:
            return _row(self._client(table).get_entity(partition, key))
        except ResourceNotFoundError:
            return None
        except Exception as error:
            raise unavailable(self._endpoint, error) from error

    def query(
        self,
        table: str,
        partition: str | None = None,
        *,
        first: str = "",
        last: str = "",
        select: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """See `Store.query`."""
        check_table(table)
        if partition is not None:
            check_key("partition", partition)
        conditions, parameters = [], {}
        for name, condition, value in (
            ("partition", "PartitionKey eq @partition", partition),
            ("first", "RowKey ge @first", first),
            ("last", "RowKey lt @last", last),
        ):
            if value:
                conditions.append(condition)
                parameters[name] = value
        asked: dict[str, Any] = {
            "results_per_page": _PAGE_ROWS if limit is None else max(1, min(limit, _PAGE_ROWS))
        }
        if select is not None:
            asked["select"] = [*_KEYS, *select]
        return self._rows(table, " and ".join(conditions), parameters, asked, limit)

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """See `Store.commit`."""
        check_transaction(table, operations)
        etags: list[str | None] = [None] * len(operations)
        pending = list(enumerate(operations))
        table_was_made = False
        while pending:
            try:
                answered = self._send(table, [operation for _, operation in pending])
            except HttpResponseError as error:
                failed = min(getattr(error, "index", 0), len(pending) - 1)
                index, operation = pending[failed]
                if table_is_missing(error, operation) and not table_was_made:
                    self._create(table)
                    table_was_made = True
                elif row_is_missing(error) and isinstance(operation, Delete):
                    del pending[failed]  # It is gone already; the transaction is sent again without it.
                else:
                    raise refusal(self._endpoint, error, index, operation) from error
            except Exception as error:
                raise unavailable(self._endpoint, error) from error
            else:
                for (index, _), etag in zip(pending, answered, strict=True):
                    etags[index] = etag
                return etags
        return etags

    def close(self) -> None:
        """See `Store.close`."""
        self._service.close()

    def _client(self, table: str) -> TableClient:
        client = self._clients.get(table)
        if client is None:
            client = self._clients.setdefault(table, self._service.get_table_client(table))
        return client

    def _create(self, table: str) -> None:
        try:
            self._service.create_table(table, **_POST)
        except ResourceExistsError:
            return  # Another instance was quicker.
        except AzureError as error:
            raise unavailable(self._endpoint, error) from error

    def _rows(
        self, table: str, condition: str, parameters: dict[str, str], asked: dict[str, Any], limit: int | None
    ) -> Iterator[Row]:
        client = self._client(table)
        left = limit
        if left is not None and left <= 0:
            return
        try:
            entities = (
                client.query_entities(condition, parameters=parameters, **asked)
                if condition
                else client.list_entities(**asked)
            )
            for entity in entities:
                yield _row(entity)
                if left is not None:
                    left -= 1
                    if left == 0:
                        return
        except Exception as error:
            if isinstance(error, HttpResponseError) and table_is_missing(error):
                return
            raise unavailable(self._endpoint, error) from error

    def _send(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """The new ETags; a single operation goes without the envelope of a transaction."""
        client = self._client(table)
        if len(operations) > 1:
            answers = client.submit_transaction(
                [_in_transaction(operation) for operation in operations], **_POST
            )
            return [
                None if isinstance(operation, Delete) else answer["etag"]
                for operation, answer in zip(operations, answers, strict=True)
            ]
        match operations[0]:
            case Insert(row):
                return [client.create_entity(_entity(row), **_POST)["etag"]]
            case Replace(row):
                return [client.update_entity(_entity(row), **_REPLACE, **_version(row.etag))["etag"]]
            case Upsert(row):
                return [client.upsert_entity(_entity(row), **_REPLACE)["etag"]]
            case Delete(partition, key, etag):
                client.delete_entity(partition, key, **_version(etag))
                return [None]


def _options(retries: int, read_seconds: float) -> dict[str, Any]:
    return {
        "connection_timeout": _CONNECT_SECONDS,
        "read_timeout": read_seconds,
        "retry_total": retries,
        "retry_connect": retries,
        "retry_read": retries,
        "retry_status": retries,
        "retry_backoff_factor": 0.4,
        "retry_backoff_max": 5,
        "logger": _http_log,
    }


def _without_query(endpoint: str) -> str:
    """An address without what may be a secret."""
    return urlsplit(endpoint)._replace(query="", fragment="").geturl()


def _version(etag: str | None) -> dict[str, Any]:
    return {} if etag is None else {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _in_transaction(operation: Operation) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    entity = _entity(row_of(operation))
    match operation:
        case Insert():
            return "create", entity, {}
        case Replace(row):
            return "update", entity, {**_REPLACE, **_version(row.etag)}
        case Upsert():
            return "upsert", entity, _REPLACE
        case Delete(_, _, etag):
            return "delete", entity, _version(etag)


def _entity(row: Row) -> dict[str, Any]:
    entity: dict[str, Any] = {"PartitionKey": row.partition, "RowKey": row.key}
    for name, value in row.values.items():
        entity[name] = EntityProperty(value, EdmType.INT64) if type(value) is int else value
    return entity


def _row(entity: TableEntity) -> Row:
    """A row from what the service returned; a property that `select` did not find comes as None."""
    values = {
        name: _scalar(value) for name, value in entity.items() if name not in _KEYS and value is not None
    }
    return Row(entity["PartitionKey"], entity["RowKey"], values, entity.metadata["etag"])


def _scalar(value: Any) -> RowValue:
    if isinstance(value, EntityProperty):
        return value.value if isinstance(value.value, int) else str(value.value)
    if isinstance(value, str | bool | bytes):
        return value
    # An int is always written as Edm.Int64, so a bare number in the answer is a float that has no fraction.
    return float(value) if isinstance(value, int | float) else str(value)
