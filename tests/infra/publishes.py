"""Run where azure-cli is installed: the addresses that its config-zip posts a package to, for a Python app on Flex.

    python publishes.py ARGUMENTS_AS_JSON...

azure-cli's own command runs from its parser on; only what would ask Azure is replaced.
"""

from __future__ import annotations

import json
import sys
import tempfile
from types import SimpleNamespace
from typing import Any
from unittest import mock

from azure.cli.command_modules.appservice import custom  # type: ignore[import-untyped,import-not-found,unused-ignore]
from azure.cli.core import get_default_cli  # type: ignore[import-untyped,import-not-found,unused-ignore]

ANSWERS: dict[str, Any] = {
    "check_language_runtime": None,
    "web_client_factory": mock.MagicMock(),
    "get_site_server_farm_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/plan",
    "is_plan_consumption": False,
    "is_flex_functionapp": True,
    "get_runtime_config": {"name": "python", "version": "3.13"},
    "_get_scm_url": "https://scm.example",
    "get_scm_site_headers_flex": {},
    "check_flex_app_after_deployment": None,
}


def posted(arguments: list[str]) -> str:
    """The address that the command posts the package to."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as package, mock.patch("requests.post") as post:
        post.return_value = SimpleNamespace(status_code=200, content=b"", headers={}, text="")
        for name, answer in ANSWERS.items():
            mock.patch.object(custom, name, mock.MagicMock(return_value=answer)).start()
        replaced = [package.name if word.endswith(".zip") else word for word in arguments]
        get_default_cli().invoke(replaced)
    return str(post.call_args[0][0])


if __name__ == "__main__":
    for line in sys.argv[1:]:
        print(posted(json.loads(line)))
