"""A customer's declarations: what is read, and how precisely a mistake is pointed out."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import DeclarationError
from shared.customer._line_numbers import lines_of_json, lines_of_toml
from shared.customer.declarations import _OVERRIDES, Declarations, DetectorOverride, load_declarations

COMPLETE = """\
    break_glass_accounts = ["emergency@contoso.example"]
    automation_identities = ["7f1f2f0e-4a1f-4d9e-8a56-0d5d7c4f6b11"]

    [[expected_sources]]
    source = "entra.signin"
    category = "SignInLogs"
    interval = "15m"

    [[expected_sources]]
    source = "azure.activity"
    interval = "2h"

    [silence]
    after = "1d"

    [[own_networks]]
    name = "Zurich office"
    cidr = "203.0.113.0/24"

    [watchlists.contractors]
    field = "actor_username"
    values = ["a@contoso.example"]

    [[criticality]]
    match = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/payments"
    level = "critical"

    [[change_windows]]
    name = "Migration"
    start = 2026-03-01T20:00:00Z
    end = 2026-03-01T22:00:00+00:00

    [detectors.password_spray]
    threshold = 25
    severity = "high"
    allow = { src_ip_addr = ["198.51.100.7"] }

    [detectors.mass_download]
    enabled = false
    """


def load(folder: Path, text: str, name: str = "customer.toml") -> Declarations:
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return load_declarations(path)


def refusal(folder: Path, text: str, name: str = "customer.toml") -> str:
    with pytest.raises(DeclarationError) as caught:
        load(folder, text, name)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_complete_file_is_read(tmp_path: Path) -> None:
    declared = load(tmp_path, COMPLETE)
    assert [(s.source, s.interval) for s in declared.expected_sources] == [
        ("entra.signin", timedelta(minutes=15)),
        ("azure.activity", timedelta(hours=2)),
    ]
    assert declared.silence.after == timedelta(days=1)
    assert declared.own_networks[0].cidr == ip_network("203.0.113.0/24")
    assert declared.change_windows[0].start == datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert declared.detectors["password_spray"].threshold == 25
    assert declared.detectors["password_spray"].severity == "High"
    assert not declared.detectors["mass_download"].enabled


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    content = tomllib.loads(dedent(COMPLETE))
    as_json = load(tmp_path, json.dumps(content, default=datetime.isoformat), "customer.json")
    assert as_json.model_dump() == load(tmp_path, COMPLETE).model_dump()


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "").model_dump() == Declarations().model_dump()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '\n[[expected_sources]]\nsource = "entra.signin"\nintervall = "15m"\n',
            "customer.toml:4: expected_sources[0].intervall is not known; did you mean interval?",
        ),
        (
            '[[expected_sources]]\nsource = "s"\ninterval = "1h"\n[[expected_sources]]\ninterval = "1h"\n',
            "customer.toml:4: expected_sources[1].source is missing",
        ),
        (
            '[silence]\n# patience\nafter = "15 minutes"\n',
            "customer.toml:3: silence.after '15 minutes' is not a duration; write a whole number and a unit, "
            'as in "90s", "15m", "2h", "7d"',
        ),
        (
            "[silence]\nafter = 15\n",
            'customer.toml:2: silence.after write a duration as text, as in "90s", "15m", "2h", "7d"',
        ),
        (
            'own_networks = [\n { name = "a", cidr = "10.0.0.0/8" },\n { name = "b", cidr = "10.1.2.3/24" }]',
            "customer.toml:3: own_networks[1].cidr 10.1.2.3/24 has host bits set; "
            'did you mean "10.1.2.0/24"?',
        ),
        (
            '[detectors.password_spray]\nthreshold = "25"\n',
            "customer.toml:2: detectors.password_spray.threshold is '25': input should be a valid integer",
        ),
        (
            '[detectors.password_spray]\nseverity = "urgent"\n',
            "customer.toml:2: detectors.password_spray.severity is 'Urgent': "
            "input should be 'Informational', 'Low', 'Medium' or 'High'",
        ),
        (
            '[[criticality]]\nmatch = "payments"\nlevel = "high"\n',
            "customer.toml:2: criticality[0].match is neither a resource id "
            '(it begins with "/") nor a subscription id (a GUID)',
        ),
        (
            '[[change_windows]]\nname = "m"\nstart = 2026-03-01T20:00:00\nend = 2026-03-01T21:00:00Z\n',
            "customer.toml:3: change_windows[0].start is 2026-03-01 20:00:00: "
            "input should have timezone info",
        ),
        ("[silence]\nafter = 15m\n", "customer.toml:2: is not TOML: "),
        ("[silence]\nafter = '''\n", "customer.toml:3: is not TOML: "),
    ],
)
def test_a_mistake_is_pointed_out_with_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(message)


def test_a_mistake_in_json_has_its_line_too(tmp_path: Path) -> None:
    text = '{\n  "silence": {\n    "aftr": "1h"\n  }\n}\n'
    assert refusal(tmp_path, text, "c.json") == "c.json:3: silence.aftr is not known; did you mean after?"
    assert refusal(tmp_path, '{\n  "silence": \n', "c.json").startswith("c.json:3: is not JSON")
    assert refusal(tmp_path, "[]", "c.json") == "c.json:1: is not a JSON object"


def test_every_mistake_has_a_line_of_its_own(tmp_path: Path) -> None:
    text = '[silence]\nafter = "x"\n\n[detectors.d]\nenabled = "no"\nstage = "off"\n'
    lines = refusal(tmp_path, text).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "5", "6"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"missing\.toml: cannot be read: No such file"):
        load_declarations(tmp_path / "missing.toml")
    assert refusal(tmp_path, "", "customer.yaml").endswith('declarations are a ".toml" or a ".json" file')


def test_a_detector_that_does_not_exist_is_refused_where_it_stands(tmp_path: Path) -> None:
    declared = load(tmp_path, "\n[detectors.pasword_spray]\nenabled = false\n")
    with pytest.raises(DeclarationError) as caught:
        declared.overrides(["password_spray", "mass_download"], {})
    assert str(caught.value).endswith(
        "customer.toml:2: detectors.pasword_spray is not a detector; did you mean password_spray?"
    )
    assert set(declared.overrides(["pasword_spray"], {})) == {"pasword_spray"}


def test_a_former_id_is_understood_and_a_warning_names_the_new_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    declared = load(tmp_path, "\n[detectors.identity.spray]\nthreshold = 7\n")
    found = declared.overrides(["entra.spray"], {"identity.spray": "entra.spray"})
    assert found["entra.spray"].threshold == 7
    assert set(found) == {"entra.spray"}
    assert "customer.toml:2: detectors.identity.spray is the former id of entra.spray" in caplog.text


def test_a_detector_under_its_former_and_its_new_id_is_refused(tmp_path: Path) -> None:
    declared = load(
        tmp_path, "[detectors.identity.spray]\nthreshold = 7\n[detectors.entra.spray]\nthreshold = 9\n"
    )
    with pytest.raises(DeclarationError, match="which is declared too; keep one of them"):
        declared.overrides(["entra.spray"], {"identity.spray": "entra.spray"})


@pytest.mark.parametrize("header", ["[detectors.identity.spray]", '[detectors."identity.spray"]'])
def test_a_detector_id_with_dots_may_be_quoted_or_not(tmp_path: Path, header: str) -> None:
    declared = load(tmp_path, f"{header}\nthreshold = 3\n[detectors.plain]\nallow = {{ app_id = ['x'] }}\n")
    assert set(declared.detectors) == {"identity.spray", "plain"}
    message = refusal(tmp_path, f"{header}\n\nthreshhold = 3\n")
    assert message == (
        "customer.toml:3: detectors.identity.spray.threshhold is not known; did you mean threshold?"
    )


def test_the_names_that_end_nesting_are_those_of_an_override() -> None:
    assert set(DetectorOverride.model_fields) == _OVERRIDES


def test_toml_keys_are_found_whatever_stands_around_them() -> None:
    text = dedent('''\
        # [not.a.table]
        a = """
        b = 1
        """
        "quoted key".c = '[x]' # d = 2
        e = [[1, 2], # one
             [3, "]"]]
        [t.u]
        f = { g = 1, h = [ { i = 2 } ] }
        [[t.v]]
        [[t.v]]
        j = 2026-01-01 10:00:00
        [t.v.w]
        k = true
        ''')
    tomllib.loads(text)
    lines = lines_of_toml(text)
    assert ("b",) not in lines
    assert ("d",) not in lines
    assert {
        path: lines[path]
        for path in [
            ("a",), ("quoted key", "c"), ("e", 1, 1), ("t", "u", "f", "h", 0, "i"),
            ("t", "v", 1, "j"), ("t", "v", 1, "w", "k"),
        ]
    } == {
        ("a",): 2, ("quoted key", "c"): 5, ("e", 1, 1): 7, ("t", "u", "f", "h", 0, "i"): 9,
        ("t", "v", 1, "j"): 12, ("t", "v", 1, "w", "k"): 14,
    }  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def every_path(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(found for key, child in children for found in every_path(child, (*path, key)))]


@given(st.dictionaries(st.text(), json_values))
def test_every_json_key_has_the_line_on_which_it_was_written(content: dict[str, object]) -> None:
    text = json.dumps(content, indent=1)
    lines = lines_of_json(text)
    assert set(lines) == set(every_path(content))
    rows = text.splitlines() if text.isascii() else text.split("\n")
    for path, line in lines.items():
        if path and isinstance(path[-1], str):
            assert rows[line - 1].strip().startswith(json.dumps(path[-1]) + ":")


def test_a_key_without_a_near_one_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    said = refusal(tmp_path, "thresholdz = 1\n")
    assert said.startswith("customer.toml:1: thresholdz is not known; known are acknowledgements, ")
    assert all(name in said for name in Declarations.model_fields)
