"""What the host is told about the functions, as azure.functions tells it on every Python version."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# An app can be indexed only once, and the one that is imported by name belongs to whoever runs it.
FUNCTIONS: dict[str, Any] = {
    function.get_function_name(): function
    for function in runpy.run_path(str(ROOT / "function_app.py"))["app"].get_functions()
}


def bindings(name: str) -> dict[str, dict[str, Any]]:
    return {binding["type"]: binding for binding in FUNCTIONS[name].get_bindings_dict()["bindings"]}


def test_the_app_has_these_functions_and_no_others() -> None:
    assert sorted(FUNCTIONS) == [
        "collect",
        "deliver",
        "send_canary",
        "status",
        "status_json",
        "watch_arrival",
        "watch_heartbeats",
        "watch_log_settings",
        "watch_windows",
    ]


def test_collect_receives_whole_batches_of_bytes() -> None:
    trigger = bindings("collect")["eventHubTrigger"]
    assert str(trigger["cardinality"]) == "MANY"
    assert str(trigger["dataType"]) == "BINARY"
    assert trigger["connection"] == "TelltaleHub"
    assert trigger["eventHubName"] == "%TELLTALE_HUB_NAME%"
    assert trigger["consumerGroup"] == "%TELLTALE_CONSUMER_GROUP%"


def test_collect_is_retried_without_end() -> None:
    assert FUNCTIONS["collect"].get_settings_dict("retry_policy") == {
        "setting_name": "retry_policy",
        "strategy": "exponential_backoff",
        "max_retry_count": "-1",
        "minimum_interval": "00:00:01",
        "maximum_interval": "00:05:00",
    }


@pytest.mark.parametrize(
    ("name", "schedule"),
    [
        ("watch_heartbeats", "0 */5 * * * *"),
        ("watch_windows", "0 * * * * *"),
        ("send_canary", "15 */5 * * * *"),
        ("watch_log_settings", "0 20 * * * *"),
        ("watch_arrival", "45 7,22,37,52 * * * *"),
        ("deliver", "30 * * * * *"),
    ],
)
def test_timers_run_on_their_schedule(name: str, schedule: str) -> None:
    assert bindings(name)["timerTrigger"]["schedule"] == schedule


@pytest.mark.parametrize(("name", "route"), [("status", "status"), ("status_json", "status.json")])
def test_the_status_is_read_only_and_needs_a_key(name: str, route: str) -> None:
    trigger = bindings(name)["httpTrigger"]
    assert trigger["route"] == route
    assert [str(method) for method in trigger["methods"]] == ["GET"]
    assert str(trigger["authLevel"]) == "FUNCTION"


def test_every_setting_that_a_binding_names_is_in_the_example_settings() -> None:
    example = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]
    named = {
        value.strip("%")
        for name in FUNCTIONS
        for binding in bindings(name).values()
        for value in binding.values()
        if isinstance(value, str) and value.startswith("%")
    }
    assert named == {"TELLTALE_HUB_NAME", "TELLTALE_CONSUMER_GROUP"}
    assert named <= set(example)
    assert "TelltaleHub__fullyQualifiedNamespace" in example


def test_importing_the_app_loads_no_service_library() -> None:
    heavy = ["azure.identity", "azure.eventhub", "azure.monitor.ingestion", "azure.data.tables", "jinja2"]
    script = f"import sys, function_app; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert result.stdout.strip() == "[]"
