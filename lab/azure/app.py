"""The function app as a process of its own would have it: settings in place of this environment's, functions anew.

The demo and the player for weeks (`lab/estate.py`) run it side by side with whatever else this process holds.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

import functions
from shared.customer.settings import PREFIX

_READ_AT_IMPORT: Final = ("function_app", "functions.collect")


@contextmanager
def environment(settings: Mapping[str, str]) -> Iterator[None]:
    """The settings of a function app, without the prefix, in place of all that the environment says of another."""
    before = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    for name in before:
        del os.environ[name]
    os.environ.update({PREFIX + name: value for name, value in settings.items()})
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            del os.environ[name]
        os.environ.update(before)


def registered() -> list[Any]:
    """The functions that the app registers in this environment.

    An app can be indexed only once, and `functions.collect` sees at import which hubs there are. So both are imported
    anew, and whoever has imported them keeps what they have.
    """
    before = {name: sys.modules.pop(name, None) for name in _READ_AT_IMPORT}
    try:
        return list(importlib.import_module("function_app").app.get_functions())
    finally:
        for name, module in before.items():
            _put_back(name, module)


def _put_back(name: str, module: ModuleType | None) -> None:
    sys.modules.pop(name, None)
    if module is not None:
        sys.modules[name] = module
    package, _, attribute = name.rpartition(".")
    if package == functions.__name__ and module is not None:
        vars(functions)[attribute] = module
