"""The app beside others in one process: settings and modules of others stay what they were."""

from __future__ import annotations

import os
import sys

import pytest

import function_app
import functions.collect
from lab.azure.app import environment, registered

SETTINGS = {"HUB_NAME": "telemetry", "CONSUMER_GROUP": "telltale"}


def test_settings_take_the_place_of_all_others_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_CUSTOMER", "contoso")
    monkeypatch.setenv("TELLTALE_HUB_NAME", "other")
    before = dict(os.environ)
    with pytest.raises(ValueError, match="x"), environment(SETTINGS):
        assert os.environ["TELLTALE_HUB_NAME"] == "telemetry"
        assert "TELLTALE_CUSTOMER" not in os.environ
        os.environ["TELLTALE_CLOUD"] = "AzureCloud"
        raise ValueError("x")
    assert dict(os.environ) == before


def test_the_app_has_the_functions_of_the_hubs_that_the_settings_name() -> None:
    with environment(SETTINGS):
        few = names()
    with environment({**SETTINGS, "HUB_IDENTITY": "identity"}):
        assert names() - few == {"collect_identity"}
    with environment(SETTINGS):
        assert names() == few


def test_whoever_imported_the_app_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = function_app, functions.collect
    for module in kept:  # a test of the worker's library takes them out
        monkeypatch.setitem(sys.modules, module.__name__, module)
    with environment({**SETTINGS, "HUB_NETWORK": "network"}):
        names()
    assert (sys.modules["function_app"], sys.modules["functions.collect"], functions.collect) == (
        *kept,
        kept[1],
    )


def names() -> set[str]:
    return {function.get_function_name() for function in registered()}
