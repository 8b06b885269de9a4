"""The app in Microsoft's own worker library: indexed and invoked as in Azure, without the host.

One annotation that the worker refuses makes an app index to no functions at all, which only the worker itself
can tell. Its library exists for Python 3.13 and later.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions import composition
from shared.upkeep.status.page import render
from tests.functions.recording_collector import REPORT, RecordingCollector
from tests.functions.worker_messages import RpcMessage, protos

if sys.version_info < (3, 13):
    pytest.skip("azure-functions-runtime needs Python 3.13", allow_module_level=True)

import azure_functions_runtime as runtime

if TYPE_CHECKING:
    from shared.collector.collector import Collector

ROOT = Path(__file__).parents[2]
ENQUEUED = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def ask(call: Any, kind: str, request: RpcMessage | None = None) -> Any:
    """Send the worker a request and wait for its response."""
    message = SimpleNamespace(
        name=kind,
        request=SimpleNamespace(**{kind: request}),
        properties={"host": "127.0.0.1", "protos": protos},
    )
    return asyncio.run(call(message))


def load(directory: Path) -> RpcMessage:
    request = protos.WorkerInitRequest(
        host_version="4.1000.0", capabilities={}, function_app_directory=str(directory)
    )
    return cast(RpcMessage, ask(runtime.worker_init_request, "worker_init_request", request))


@pytest.fixture(scope="module")
def functions() -> Iterator[dict[str, Any]]:
    """What the worker tells the host about each function, by name."""
    runtime.start_threadpool_executor()
    sys.modules.pop("function_app", None)  # an app can be indexed only once
    loaded = load(ROOT)
    assert loaded.result.status == protos.StatusResult.Success, loaded.result.exception.stack_trace
    metadata = ask(runtime.functions_metadata_request, "functions_metadata_request")
    yield {function.name: function for function in metadata.function_metadata_results}
    runtime.stop_threadpool_executor()
    sys.modules.pop("function_app", None)  # so that whoever imports it next has one that nobody has indexed


@pytest.fixture
def collector() -> Iterator[RecordingCollector]:
    recording = RecordingCollector()
    composition.configure(cast("Collector", recording))
    yield recording
    composition.configure(None)


def invoke(function: Any, argument: str, data: RpcMessage, metadata: dict[str, RpcMessage]) -> Any:
    loading = protos.FunctionLoadRequest(function_id=function.function_id, metadata=function)
    assert ask(runtime.function_load_request, "function_load_request", loading).result.status == 1
    request = protos.InvocationRequest(
        invocation_id="0d3f3f4c-8f0a-4c55-9a55-7c2a4e3b1a10",
        function_id=function.function_id,
        input_data=[protos.ParameterBinding(name=argument, data=data)],
        trigger_metadata=metadata,
        trace_context=protos.RpcTraceContext(trace_parent="", trace_state="", attributes={}),
        retry_context=protos.RetryContext(retry_count=0, max_retry_count=0),
    )
    return ask(runtime.invocation_request, "invocation_request", request)


def deliver_events(function: Any, bodies: list[bytes], **metadata: object) -> Any:
    sent = {
        "SystemPropertiesArray": [
            {
                "SequenceNumber": 100 + place,
                "Offset": str(place * 512),
                "PartitionKey": None,
                "EnqueuedTimeUtc": ENQUEUED.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
            }
            for place in range(len(bodies))
        ],
        "PropertiesArray": [{} for _ in bodies],
        "PartitionContext": {
            "FullyQualifiedNamespace": "contoso.servicebus.windows.net",
            "EventHubName": "telemetry",
            "ConsumerGroup": "telltale",
            "PartitionId": "2",
        },
        **metadata,
    }
    data = protos.TypedData(collection_bytes=protos.CollectionBytes(bytes=bodies))
    return invoke(
        function,
        "events",
        data,
        {name: protos.TypedData(json=json.dumps(value)) for name, value in sent.items()},
    )


def get(function: Any) -> Any:
    http = protos.RpcHttp(
        method="GET", url="https://app/api/status", headers={}, params={}, query={}, body=protos.TypedData()
    )
    return invoke(function, "req", protos.TypedData(http=http), {})


def test_the_worker_indexes_every_function(functions: dict[str, Any]) -> None:
    assert {name: sorted(info.type for info in f.bindings.values()) for name, f in functions.items()} == {
        "collect": ["eventHubTrigger"],
        "watch_heartbeats": ["timerTrigger"],
        "watch_windows": ["timerTrigger"],
        "send_canary": ["timerTrigger"],
        "watch_log_settings": ["timerTrigger"],
        "watch_arrival": ["timerTrigger"],
        "deliver": ["timerTrigger"],
        "status": ["http", "httpTrigger"],
        "status_json": ["http", "httpTrigger"],
    }


def test_the_worker_passes_the_event_hub_binding_on(functions: dict[str, Any]) -> None:
    [raw] = functions["collect"].raw_bindings
    binding = json.loads(raw)
    assert (binding["cardinality"], binding["dataType"]) == ("MANY", "BINARY")
    assert (binding["connection"], binding["eventHubName"], binding["consumerGroup"]) == (
        "TelltaleHub",
        "%TELLTALE_HUB_NAME%",
        "%TELLTALE_CONSUMER_GROUP%",
    )
    assert functions["collect"].bindings["events"].data_type == protos.BindingInfo.binary


def test_the_worker_passes_the_schedules_on(functions: dict[str, Any]) -> None:
    schedules = {
        name: json.loads(function.raw_bindings[0]).get("schedule") for name, function in functions.items()
    }
    assert schedules == {
        "collect": None,
        "watch_heartbeats": "0 */5 * * * *",
        "watch_windows": "0 * * * * *",
        "send_canary": "15 */5 * * * *",
        "watch_log_settings": "0 20 * * * *",
        "watch_arrival": "45 7,22,37,52 * * * *",
        "deliver": "30 * * * * *",
        "status": None,
        "status_json": None,
    }


def test_only_collect_has_a_retry_policy_and_it_has_no_end(functions: dict[str, Any]) -> None:
    assert [name for name, function in functions.items() if function.retry_options] == ["collect"]
    policy = functions["collect"].retry_options
    assert (policy.retry_strategy, policy.max_retry_count) == ("exponential_backoff", -1)
    assert (policy.minimum_interval, policy.maximum_interval) == (
        timedelta(seconds=1),
        timedelta(minutes=5),
    )


def test_http_functions_need_a_function_key(functions: dict[str, Any]) -> None:
    for name, route in [("status", "status"), ("status_json", "status.json")]:
        trigger = next(
            raw for raw in map(json.loads, functions[name].raw_bindings) if raw["type"] == "httpTrigger"
        )
        assert (trigger["authLevel"].lower(), trigger["route"]) == ("function", route)
        assert trigger["methods"] == ["GET"]


def test_a_batch_reaches_the_collector_byte_for_byte(
    functions: dict[str, Any], collector: RecordingCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLTALE_HUB_NAME", "telemetry")
    response = deliver_events(functions["collect"], [b'{"records": []}', b"\xff\xfe not UTF-8"])
    assert response.result.status == protos.StatusResult.Success
    [batch] = collector.batches
    assert (batch.hub, batch.partition) == ("telemetry", "2")
    assert [(m.body, m.sequence_number) for m in batch.messages] == [
        (b'{"records": []}', 100),
        (b"\xff\xfe not UTF-8", 101),
    ]
    assert [m.enqueued_time for m in batch.messages] == [ENQUEUED, ENQUEUED]


def test_a_batch_without_partition_context_reaches_the_collector(
    functions: dict[str, Any], collector: RecordingCollector
) -> None:
    response = deliver_events(functions["collect"], [b"a", b"b"], PartitionContext=None)
    assert response.result.status == protos.StatusResult.Success
    assert [message.body for message in collector.batches[0].messages] == [b"a", b"b"]


def test_a_batch_that_could_not_be_kept_fails_so_that_it_is_tried_again(functions: dict[str, Any]) -> None:
    composition.configure(cast("Collector", RecordingCollector(ConnectionError("the store is down"))))
    try:
        response = deliver_events(functions["collect"], [b"a"])
    finally:
        composition.configure(None)
    assert response.result.status == protos.StatusResult.Failure
    assert "the store is down" in response.result.exception.message


@pytest.mark.parametrize(
    "name",
    ["watch_heartbeats", "watch_windows", "send_canary", "watch_log_settings", "watch_arrival", "deliver"],
)
def test_each_timer_calls_its_method(
    functions: dict[str, Any], collector: RecordingCollector, name: str
) -> None:
    timer = protos.TypedData(json=json.dumps({"IsPastDue": False, "Schedule": {}, "ScheduleStatus": None}))
    response = invoke(functions[name], "timer", timer, {})
    assert response.result.status == protos.StatusResult.Success
    assert collector.calls == [name]


@pytest.mark.parametrize(
    ("name", "content_type", "body"),
    [
        ("status", "text/html; charset=utf-8", render(REPORT).encode()),
        ("status_json", "application/json", REPORT.to_json()),
    ],
)
def test_the_status_is_served_without_anything_that_could_run(
    functions: dict[str, Any], collector: RecordingCollector, name: str, content_type: str, body: bytes
) -> None:
    response = get(functions[name])
    assert response.result.status == protos.StatusResult.Success
    http = response.return_value.http
    assert (http.status_code, http.body.bytes) == ("200", body)
    headers = {name.lower(): value for name, value in http.headers.items()}
    assert headers["content-type"] == content_type
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


def test_this_worker_would_refuse_a_wrong_annotation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "refused_app.py").write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        "@app.event_hub_message_trigger('events', 'TelltaleHub', 'hub', cardinality='many')\n"
        "def collect(events: list[func.EventHubEvent]) -> None: ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_SCRIPT_FILE_NAME", "refused_app.py")
    refused = load(tmp_path)
    assert refused.result.status == protos.StatusResult.Failure
    assert "invalid non-type annotation" in refused.result.exception.message
