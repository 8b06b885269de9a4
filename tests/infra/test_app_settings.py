"""What the code reads from its environment is what the infrastructure sets, and the other way round."""

from __future__ import annotations

import json
import re
import runpy
from typing import Any

from functions.collect import HUBS
from shared.customer.settings import PREFIX, Settings
from tests.infra.reading import MAIN, ROOT, block

SET = set(re.findall(r"^\s*(\w+): ", block(MAIN, "    settings: {"), re.MULTILINE))
EXAMPLE = set(json.loads((ROOT / "local.settings.example.json").read_text("utf-8"))["Values"])

# Files of one machine; in Azure state is in tables, and the disk of an instance goes with it.
LOCAL_ONLY = {"TELLTALE_SQLITE_PATH", "TELLTALE_ALERT_FILE"}
# Read by the Functions host, by the worker and by Application Insights; see docs/host-settings.md.
OF_THE_HOST = {
    "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__tableServiceUri", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
    "TelltaleHub__fullyQualifiedNamespace", "TelltaleHub__credential", "TelltaleHub__clientId",
    "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
}  # fmt: skip


def functions_of_the_app() -> dict[str, Any]:
    app = runpy.run_path(str(ROOT / "function_app.py"))["app"]
    return {function.get_function_name(): function for function in app.get_functions()}


def read_by_the_code() -> set[str]:
    """The settings of the model, those that bindings name, and those that code asks the environment for."""
    named = {PREFIX + name.upper() for name in Settings.model_fields} | set(HUBS.values())
    for folder in ("functions", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            named |= set(re.findall(rf"environ(?:\.get\(|\[)\"({PREFIX}\w+)", text))
            named |= set(re.findall(rf"%({PREFIX}\w+)%", text))
    return named


def test_every_setting_that_the_code_reads_is_set_by_the_infrastructure() -> None:
    assert read_by_the_code() - SET == LOCAL_ONLY, "add it to `settings` of functionApp in infra/main.bicep"


def test_every_setting_that_the_infrastructure_sets_is_read() -> None:
    assert SET - read_by_the_code() == OF_THE_HOST


def test_no_setting_is_a_secret() -> None:
    assert not re.search(r"listKeys|SharedAccessKey|AccountKey", MAIN.read_text("utf-8"))


def test_the_example_for_local_work_names_what_must_be_set() -> None:
    ours = {name for name in EXAMPLE if name.startswith(PREFIX)}
    assert ours <= read_by_the_code()
    required = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required | {"TELLTALE_CONSUMER_GROUP", "TelltaleHub__fullyQualifiedNamespace"} <= EXAMPLE


def test_each_hub_that_can_be_switched_on_has_its_function_and_its_setting() -> None:
    text = MAIN.read_text("utf-8")
    for name, setting in HUBS.items():
        if name == "collect":
            continue
        hub = name.removeprefix("collect_")
        assert f"{setting}: contains(dedicatedHubs, '{hub}') ? '{hub}' : ''" in text


def test_the_documentation_names_the_functions_that_there_are() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", page.partition("## The functions")[2], re.MULTILINE))
    assert listed == set(functions_of_the_app()) | set(HUBS)
