"""A source that cannot work is refused at start, with its name and what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.base.errors import DeclarationError
from shared.events.paths import as_text
from shared.events.registry import Registry, registry
from shared.events.source_definition import Field, Source

PROBE = Source(
    id="tests.probe",
    title="Probe",
    categories=("ProbeLogs",),
    fields={
        "operation": Field("operationName"),
        "actor_username": Field("properties.user", normalise=as_text),
    },
)


def refusal(*sources: Source) -> str:
    with pytest.raises(DeclarationError) as refused:
        Registry(sources)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_every_source_of_the_project_can_work() -> None:
    assert len(list(registry())) > 40


@pytest.mark.parametrize("path", ["properties..user", ".user", ""])
def test_an_impossible_path_is_refused_with_source_and_field(path: str) -> None:
    wrong = replace(PROBE, fields={**PROBE.fields, "actor_username": Field(path)})
    message = refusal(wrong)
    assert "tests.probe" in message
    assert "actor_username" in message


def test_an_impossible_path_of_the_time_is_refused_with_the_source() -> None:
    with pytest.raises(DeclarationError, match=r"tests\.probe"):
        replace(PROBE, times=("time", "properties..time"))


def test_two_sources_of_one_id_are_refused() -> None:
    assert "tests.probe is declared twice" in refusal(PROBE, replace(PROBE, categories=("OtherLogs",)))


def test_an_unknown_data_component_is_refused_with_the_nearest_one() -> None:
    message = refusal(replace(PROBE, data_components=("Logon Session Creations",)))
    assert "tests.probe" in message
    assert "'Logon Session Creation'" in message


def test_an_unknown_log_source_is_refused_with_the_nearest_one() -> None:
    message = refusal(replace(PROBE, log_sources=("azure:signinlog",)))
    assert message == (
        "source tests.probe: 'azure:signinlog' is no log source of ATT&CK for cloud platforms; "
        "did you mean 'azure:signinlogs'?"
    )


def test_a_field_that_no_event_has_is_refused() -> None:
    assert "'actor'" in refusal(replace(PROBE, fields={"actor": Field("user")}))


def test_a_source_that_claims_nothing_is_refused() -> None:
    assert "tests.probe" in refusal(replace(PROBE, categories=()))
