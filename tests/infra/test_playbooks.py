"""The playbooks do what a tag approves, once, and nothing else, whatever stands in the incident."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.infra.reading import INFRA
from tests.infra.workflow import Request, Run

MODULE = (INFRA / "modules" / "playbooks.bicep").read_text("utf-8")
DEFINITIONS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (INFRA / "playbooks").glob("*.json")
}
TAGS = dict(re.findall(r"name: '([\w-]+)'\n    tag: '([\w:-]+)'", MODULE))

GRAPH, ARM = "https://graph.example", "https://manage.example"
INCIDENTS = f"{ARM}/workspace/incidents"
ANN, BREAK_GLASS = "2c7d9e10-5b3a-4f6e-8d21-7a9b0c1d2e3f", "11111111-2222-4333-8444-555555555555"
APPLICATION, KEY = "8c0f21e4-0d0b-4a68-9a3c-3f1de9a0c001", "aa0f21e4-0d0b-4a68-9a3c-3f1de9a0c002"
SUBSCRIPTION = "/subscriptions/4b6f0c1e-2d53-4f0a-9a55-6d1e0f7b8c21"
VAULT = f"{SUBSCRIPTION}/resourceGroups/payments/providers/Microsoft.KeyVault/vaults/payments"
SETTING = "/providers/microsoft.insights/diagnosticSettings/to-hub"
KINDS = [
    {"kind": "", "notKind": "", "hub": "telemetry"} | one
    for one in (
        {"type": "", "logs": ["activity"]},
        {"type": "Microsoft.KeyVault/vaults", "logs": ["audit"]},
        {"type": "Microsoft.Sql/servers/databases", "logs": ["sql"]},
        {"type": "Microsoft.Web/sites", "notKind": "functionapp", "logs": ["http"]},
        {"type": "Microsoft.Web/sites", "kind": "functionapp", "logs": ["functions"]},
    )
]
PARAMETERS = {
    "arm": ARM, "incidents": INCIDENTS, "graph": GRAPH, "never": [BREAK_GLASS], "subscription": SUBSCRIPTION,
    "setting": "telltale-telltale", "rule": "the rule", "kinds": KINDS,
}  # fmt: skip
Answer = Callable[[Request], tuple[int, Any] | None]


def tag(name: str, kind: str = "User") -> dict[str, str]:
    return {"labelName": name, "labelType": kind}


def account(object_id: str) -> dict[str, Any]:
    return {"kind": "Account", "properties": {"aadUserId": object_id}}


def resource(resource_id: str) -> dict[str, Any]:
    return {"kind": "AzureResource", "properties": {"resourceId": resource_id}}


def played(
    name: str,
    labels: list[dict[str, str]],
    entities: list[dict[str, Any]] | None = None,
    answer: Answer = lambda request: None,
) -> tuple[list[Request], list[str]]:
    """What the playbook asked of others than the incident, and its comments."""
    incident = {"etag": '"7"', "properties": {"title": "t", "severity": "High", "labels": labels}}

    def service(request: Request) -> tuple[int, Any]:
        given = answer(request)
        if given is not None:
            return given
        if request.uri.startswith(f"{INCIDENTS}/one/entities?"):
            return 200, {"entities": entities or []}
        return (200, incident) if request.method == "GET" else (204, None)

    definition = DEFINITIONS[name]
    parameters = {key: PARAMETERS.get(key) for key in definition["parameters"]} | {"tag": TAGS[name]}
    run = Run(parameters, {"object": {"name": "one"}}, service)
    run.play(definition["actions"])
    comments = [one.body["properties"]["message"] for one in run.requests if "/comments/" in one.uri]
    return [one for one in run.requests if not one.uri.startswith(INCIDENTS)], comments


def asked(requests: list[Request]) -> list[str]:
    return [f"{one.method} {one.uri.removeprefix(GRAPH).removeprefix(ARM)}" for one in requests]


def test_an_approved_account_is_disabled_first_and_then_signed_out() -> None:
    requests, comments = played("revoke-sessions", [tag(f"telltale-revoke-sessions:{ANN}")], [account(ANN)])
    assert asked(requests) == [f"PATCH /v1.0/users/{ANN}", f"POST /v1.0/users/{ANN}/revokeSignInSessions"]
    assert requests[0].body == {"accountEnabled": False}
    assert {one.audience for one in requests} == {GRAPH}
    assert "disabled: 204, sessions revoked: 204" in comments[0]


def test_where_disabling_is_refused_the_sessions_are_revoked_all_the_same_and_it_is_said() -> None:
    requests, comments = played(
        "revoke-sessions", [tag(f"telltale-revoke-sessions:{ANN}")], [account(ANN)],
        lambda request: (403, None) if request.method == "PATCH" else None,
    )  # fmt: skip
    assert len(requests) == 2
    assert "disabled: 403, sessions revoked: 204" in comments[0]


@pytest.mark.parametrize(
    ("labels", "entities"),
    [
        ([], [account(ANN)]),
        ([tag("phishing")], [account(ANN)]),
        ([tag(f"telltale-revoke-sessions:{ANN}", "AutoAssigned")], [account(ANN)]),
        ([tag(f"telltale-revoke-sessions:{ANN}")], [account(KEY)]),
        ([tag(f"telltale-revoke-sessions:{BREAK_GLASS.upper()}")], [account(BREAK_GLASS)]),
        ([tag("telltale-revoke-sessions:")], [account("")]),
    ],
    ids=["no tag", "another tag", "a rule's tag", "not of this incident", "for emergencies", "nobody"],
)
def test_without_a_persons_approval_of_an_account_of_the_incident_nobody_is_disabled(
    labels: list[dict[str, str]], entities: list[dict[str, Any]]
) -> None:
    assert played("revoke-sessions", labels, entities)[0] == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_approval_is_used_up_before_anything_is_done(name: str) -> None:
    approval = TAGS[name] + {"revoke-sessions": ANN, "remove-credential": f"{APPLICATION}/{KEY}"}.get(
        name, ""
    )
    written: list[Any] = []

    def lost(request: Request) -> tuple[int, Any] | None:
        if request.method == "PUT" and "/incidents/one?" in request.uri:
            written.append(request.body)
            return 412, None
        return None

    requests, _ = played(name, [tag("phishing"), tag(approval)], [account(ANN), resource(VAULT)], lost)
    assert requests == [], "another run had used it"
    (body,) = written
    assert body["etag"] == '"7"'
    assert body["properties"]["labels"] == [tag("phishing")]
    assert body["properties"]["severity"] == "High"


@pytest.mark.parametrize("kind", ["applications", "servicePrincipals"])
def test_the_named_password_is_removed_and_no_other(kind: str) -> None:
    def graph(request: Request) -> tuple[int, Any] | None:
        if request.method == "GET" and request.uri.startswith(GRAPH):
            there = f"/{kind}/" in request.uri
            return (200, {"passwordCredentials": [{"keyId": KEY}, {"keyId": ANN}]}) if there else (404, None)
        return None

    requests, comments = played(
        "remove-credential", [tag(f"telltale-remove-credential:{APPLICATION}/{KEY}")], [], graph
    )
    changes = [one for one in requests if one.method != "GET"]
    assert asked(changes) == [f"POST /v1.0/{kind}/{APPLICATION}/removePassword"]
    assert changes[0].body == {"keyId": KEY}
    assert any("removed: 204" in comment for comment in comments)


def test_the_named_certificate_is_removed_and_the_others_stay() -> None:
    def graph(request: Request) -> tuple[int, Any] | None:
        if request.method == "GET" and "/applications/" in request.uri:
            return 200, {"keyCredentials": [{"keyId": KEY.upper()}, {"keyId": ANN}]}
        return (404, None) if request.method == "GET" and request.uri.startswith(GRAPH) else None

    requests, _ = played(
        "remove-credential", [tag(f"telltale-remove-credential:{APPLICATION}/{KEY}")], [], graph
    )
    (change,) = [one for one in requests if one.method != "GET"]
    assert (change.method, change.body) == ("PATCH", {"keyCredentials": [{"keyId": ANN}]})


@pytest.mark.parametrize("named", ["", KEY, f"{APPLICATION}/", f"{APPLICATION}/{KEY}/x", f"../{KEY}", "/"])
def test_a_tag_that_names_no_credential_removes_none_and_says_so(named: str) -> None:
    requests, comments = played("remove-credential", [tag(f"telltale-remove-credential:{named}")])
    assert requests == []
    assert "Nothing was done" in comments[0]


@pytest.mark.parametrize(
    ("resource_id", "logs"),
    [
        (VAULT + SETTING, ["audit"]),
        ((VAULT + SETTING).upper(), ["audit"]),
        (VAULT, ["audit"]),
        (SUBSCRIPTION + SETTING, ["activity"]),
        (f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Sql/servers/s/databases/d" + SETTING, ["sql"]),
    ],
)
def test_a_deleted_setting_is_written_again_with_the_categories_of_its_kind(
    resource_id: str, logs: list[str]
) -> None:
    requests, comments = played("restore-setting", [tag("telltale-restore-setting")], [resource(resource_id)])
    (request,) = requests
    base = resource_id.lower().partition("/providers/microsoft.insights/")[0]
    expected = f"{ARM}{base}/providers/Microsoft.Insights/diagnosticSettings/telltale-telltale?"
    assert (request.method, request.uri.startswith(expected)) == ("PUT", True)
    assert request.body["properties"] == {
        "eventHubAuthorizationRuleId": "the rule", "eventHubName": "telemetry", "logs": logs,
    }  # fmt: skip
    assert "was written: 204" in comments[0]


SITE = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/shop"


def played_on_site(status: int, site: dict[str, Any], resource_id: str = SITE) -> tuple[list[Any], list[str]]:
    def arm(request: Request) -> tuple[int, Any] | None:
        return (status, site) if request.method == "GET" and "/microsoft.web/sites/" in request.uri else None

    requests, comments = played(
        "restore-setting", [tag("telltale-restore-setting")], [resource(resource_id)], arm
    )
    assert all(one.uri.startswith(f"{ARM}{resource_id.lower()}") for one in requests)
    return [one.body["properties"]["logs"] for one in requests if one.method == "PUT"], comments


@pytest.mark.parametrize(
    ("kind", "logs"),
    [
        ("app,linux", ["http"]),
        ("functionapp,linux", ["functions"]),
        ("FunctionApp", ["functions"]),
        ("functionapp,workflowapp", ["functions"]),
    ],
)
def test_a_site_gets_the_categories_of_its_own_kind(kind: str, logs: list[str]) -> None:
    written, comments = played_on_site(200, {"kind": kind})
    assert written == [logs]
    assert "was written: 204" in comments[0]


@pytest.mark.parametrize(("status", "site"), [(403, {"error": {}}), (404, {}), (200, {})])
def test_a_site_whose_kind_is_not_known_is_left_alone_and_it_is_said(
    status: int, site: dict[str, Any]
) -> None:
    written, comments = played_on_site(status, site)
    assert written == []
    assert "whose kind could not be read" in comments[0]


def test_a_site_of_another_subscription_is_not_even_read() -> None:
    other = SITE.replace("4b6f", "0000")
    requests, _ = played("restore-setting", [tag("telltale-restore-setting")], [resource(other)])
    assert requests == []


@pytest.mark.parametrize(
    "resource_id",
    [
        "", "/", "/providers/microsoft.aadiam/diagnosticSettings/to-hub",
        VAULT.replace("4b6f", "0000"), SUBSCRIPTION + "0/providers/Microsoft.KeyVault/vaults/x",
        f"{SUBSCRIPTION}/../0000/providers/Microsoft.KeyVault/vaults/x",
        f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Unknown/things/x",
    ],
)  # fmt: skip
def test_what_is_not_of_this_subscription_or_of_no_known_kind_is_left_alone(resource_id: str) -> None:
    requests, comments = played("restore-setting", [tag("telltale-restore-setting")], [resource(resource_id)])
    assert requests == []
    assert "Nothing was done for it" in comments[0]


HOSTILE = [
    "x?api-version=1&y=", "x#", "x/../../y", "%2e%2e%2f", "x\r\nHost: evil", "@{listKeys()}", "x y\u202e<b>", "'--",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_attackers_write_never_changes_where_a_request_goes(hostile: str) -> None:
    vault = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/{hostile}"
    requests, _ = played("restore-setting", [tag("telltale-restore-setting")], [resource(vault)])
    padded = hostile.ljust(36, "a")[:36]
    labels = [tag(f"telltale-revoke-sessions:{padded}")]
    requests += played("revoke-sessions", labels, [account(padded.lower())])[0]
    requests += played("remove-credential", [tag(f"telltale-remove-credential:{padded}/{KEY}")])[0]
    for request in requests:
        assert re.fullmatch(
            r"https://[\w.]+/[A-Za-z0-9._~!'()*%/-]*(\?(api-version=[\w-]+|\$select=[\w,]+))?", request.uri
        )
        assert "/.." not in request.uri
