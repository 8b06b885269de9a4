"""One function for each hub that a setting names, and none for those that it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

# In a process of its own: an app can be indexed only once, and the settings are read while it is.
_SCRIPT = """
import json, sys
from types import SimpleNamespace

import function_app
from functions import composition

batches = []
composition.configure(SimpleNamespace(collect=batches.append))
found = {}
for function in function_app.app.get_functions():
    trigger = next((b for b in function.get_bindings_dict()["bindings"] if b["type"] == "eventHubTrigger"), None)
    if trigger:
        function.get_user_function()(events=[])
        found[function.get_function_name()] = [
            trigger["eventHubName"],
            trigger["consumerGroup"],
            function.get_settings_dict("retry_policy")["max_retry_count"],
            batches[-1].hub,
        ]
print(json.dumps(found))
"""


def hub_functions(**settings: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELLTALE_")}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        cwd=ROOT, env=environment | settings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_without_hubs_of_their_own_all_classes_share_one_function() -> None:
    assert list(hub_functions(TELLTALE_HUB_NAME="telemetry")) == ["collect"]


def test_the_function_stands_even_where_its_setting_is_missing_so_that_the_host_says_so() -> None:
    assert list(hub_functions()) == ["collect"]


@pytest.mark.parametrize("name", ["identity", "application", "network"])
def test_a_class_with_a_hub_gets_a_function_that_reads_it(name: str) -> None:
    setting = f"TELLTALE_HUB_{name.upper()}"
    found = hub_functions(TELLTALE_HUB_NAME="telemetry", **{setting: f"hub-{name}"})
    assert found == {
        "collect": ["%TELLTALE_HUB_NAME%", "%TELLTALE_CONSUMER_GROUP%", "-1", "telemetry"],
        f"collect_{name}": [f"%{setting}%", "%TELLTALE_CONSUMER_GROUP%", "-1", f"hub-{name}"],
    }


def test_an_empty_setting_is_none() -> None:
    assert list(hub_functions(TELLTALE_HUB_NAME="telemetry", TELLTALE_HUB_NETWORK="")) == ["collect"]
