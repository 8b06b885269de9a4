"""The messages between the Functions host and its Python worker, as far as the worker reads and writes them.

Microsoft's worker library gets its message types from the process that loads it (`properties["protos"]`); the
generated ones are in no package. These have the fields of FunctionRpc.proto, refuse others as generated ones
do, and answer `WhichOneof`. Source: github.com/Azure/azure-functions-language-worker-protobuf.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class RpcMessage:
    """A message with the fields that its type declares; unset ones are None."""

    FIELDS: tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        unknown = set(values) - set(self.FIELDS)
        if unknown:
            raise ValueError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        self.values = values

    def __getattr__(self, name: str) -> Any:
        if name in type(self).FIELDS:
            return self.__dict__["values"].get(name)
        raise AttributeError(name)

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 - protobuf's own name
        """The one field that is set, in messages that are a choice."""
        return next((name for name in self.FIELDS if name in self.values), None)


def message_type(name: str, *fields: str, **constants: int) -> type[RpcMessage]:
    """A message type with these fields and these values of its nested enumerations."""
    return type(name, (RpcMessage,), {"FIELDS": fields, **constants})


protos = SimpleNamespace(
    **{
        message.__name__: message
        for message in [
            message_type("StatusResult", "status", "result", "exception", Failure=0, Success=1, Cancelled=2),
            message_type("RpcException", "source", "stack_trace", "message"),
            message_type(
                "WorkerMetadata",
                "runtime_name",
                "runtime_version",
                "worker_version",
                "worker_bitness",
                "custom_properties",
            ),
            message_type("WorkerInitRequest", "host_version", "capabilities", "function_app_directory"),
            message_type("WorkerInitResponse", "worker_version", "capabilities", "result", "worker_metadata"),
            message_type("FunctionsMetadataRequest", "function_app_directory"),
            message_type(
                "FunctionMetadataResponse",
                "function_metadata_results",
                "result",
                "use_default_metadata_indexing",
            ),
            message_type(
                "RpcFunctionMetadata",
                "name",
                "directory",
                "script_file",
                "entry_point",
                "bindings",
                "is_proxy",
                "status",
                "language",
                "raw_bindings",
                "function_id",
                "managed_dependency_enabled",
                "retry_options",
                "properties",
            ),
            message_type(
                "BindingInfo",
                "type",
                "direction",
                "data_type",
                "properties",
                **{"in": 0, "out": 1, "inout": 2, "undefined": 0, "string": 1, "binary": 2, "stream": 3},
            ),
            message_type(
                "RpcRetryOptions",
                "max_retry_count",
                "delay_interval",
                "minimum_interval",
                "maximum_interval",
                "retry_strategy",
            ),
            message_type("FunctionLoadRequest", "function_id", "metadata"),
            message_type("FunctionLoadResponse", "function_id", "result"),
            message_type(
                "InvocationRequest",
                "invocation_id",
                "function_id",
                "input_data",
                "trigger_metadata",
                "trace_context",
                "retry_context",
            ),
            message_type("InvocationResponse", "invocation_id", "output_data", "result", "return_value"),
            message_type("RpcTraceContext", "trace_parent", "trace_state", "attributes"),
            message_type("RetryContext", "retry_count", "max_retry_count", "exception"),
            message_type("ParameterBinding", "data", "rpc_shared_memory", "name"),
            message_type(
                "TypedData",
                "string",
                "json",
                "bytes",
                "stream",
                "http",
                "int",
                "double",
                "collection_bytes",
                "collection_string",
                "collection_double",
                "collection_sint64",
            ),
            message_type("CollectionBytes", "bytes"),
            message_type(
                "RpcHttp",
                "method",
                "url",
                "headers",
                "body",
                "params",
                "status_code",
                "query",
                "enable_content_negotiation",
                "cookies",
            ),
        ]
    }
)
