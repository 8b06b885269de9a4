"""A stand-in for Azure Resource Manager: an HTTP server that answers the reads of `shared.upkeep.log_settings.arm`."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import unquote, urlsplit

PAGE = 2


class ArmStandIn:
    """Resources, settings by resource id, Entra's settings, tables by workspace; `refused`: status by path."""

    def __init__(self) -> None:
        self.resources: list[dict[str, str]] = []
        self.settings: dict[str, list[dict[str, Any]]] = {}
        self.entra: list[dict[str, Any]] = []
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.refused: dict[str, int] = {}
        self.busy = 0
        self.requests: list[tuple[str, str]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.answer(self, None)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                stand_in.answer(self, json.loads(self.rfile.read(length)))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, handler: BaseHTTPRequestHandler, body: Any) -> None:
        path = unquote(urlsplit(handler.path).path)
        self.requests.append((handler.command, path))
        if self.busy:
            self.busy -= 1
            self._reply(
                handler, 429, {"error": {"code": "TooManyRequests", "message": "wait"}}, {"Retry-After": "0"}
            )
            return
        status = next((code for part, code in self.refused.items() if path.startswith(part)), 200)
        if status != 200:
            self._reply(
                handler, status, {"error": {"code": "AuthorizationFailed", "message": "no right\nto read"}}
            )
            return
        if not handler.headers.get("Authorization", "").startswith("Bearer "):
            self._reply(handler, 401, {"error": {"code": "AuthenticationFailed", "message": "no token"}})
            return
        self._reply(handler, 200, self._content(path, body))

    def _content(self, path: str, body: Any) -> dict[str, Any]:
        if path.endswith("/providers/Microsoft.ResourceGraph/resources"):
            first = int(body["options"].get("$skipToken") or 0)
            listed = [one for one in self.resources if f"'{one['type'].lower()}'" in body["query"]]
            page: dict[str, Any] = {"data": listed[first : first + PAGE]}
            if first + PAGE < len(listed):
                page["$skipToken"] = str(first + PAGE)
            return page
        if path.endswith("/tables"):
            return {"value": self.tables.get(path.removesuffix("/tables"), [])}
        if path == "/providers/microsoft.aadiam/diagnosticSettings":
            return {"value": self.entra}
        return {"value": self.settings.get(path.partition("/providers/Microsoft.Insights/")[0], [])}

    @staticmethod
    def _reply(
        handler: BaseHTTPRequestHandler, status: int, content: Any, headers: dict[str, str] | None = None
    ) -> None:
        body = json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def setting(
    name: str, *categories: str, hub: str = "telemetry", namespace: str = "ns-telltale"
) -> dict[str, Any]:
    """A diagnostic setting as Azure Monitor gives it, sending categories to a hub."""
    rule = (
        "/subscriptions/s/resourceGroups/r/providers/Microsoft.EventHub/namespaces/"
        f"{namespace}/authorizationRules/send"
    )
    return {
        "name": name,
        "properties": {
            "eventHubAuthorizationRuleId": rule,
            "eventHubName": hub,
            "logs": [{"category": category, "enabled": True} for category in categories]
            + [{"category": "Off", "enabled": False}],
        },
    }
