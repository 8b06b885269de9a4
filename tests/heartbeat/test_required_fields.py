"""What detectors need is derived from their declarations, and their own examples agree."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import functions.detectors
from shared.detection.discovery import discover
from shared.heartbeat.required_fields import Required, by_source, required_fields
from tests.heartbeat.examples_without_fields import needed_by_examples

DETECTORS = [one for one in discover(functions.detectors) if not one.id.startswith("own.")]
BY_ID = {detector.id: detector for detector in DETECTORS}
REQUIRED = required_fields(DETECTORS)

ONE_OF_TWO = {
    ("application.account_enumeration", "app", "details.reason"),
    ("aws.access_key_quarantined", "aws.cloudtrail", "requestParameters.policyArn"),
    ("aws.lambda_opened", "aws.cloudtrail", "requestParameters.principal"),
    ("aws.parameters_mass_decrypted", "aws.cloudtrail", "requestParameters.names.9"),
    ("azure.vm_access_reset", "azure.activity", "resource_id"),
    ("kubernetes.nodeport_service", "azure.aks.audit", "properties.log.requestObject.spec.type"),
    ("kubernetes.service_account_token_created", "azure.aks.audit", "target_id"),
    ("kubernetes.service_account_token_created", "kubernetes.audit", "requestObject.type"),
}
"""Fields that the examples always have, though the declaration names another way to match."""


@pytest.fixture(scope="module")
def shown() -> Mapping[str, Mapping[str, list[str]]]:
    return needed_by_examples(DETECTORS)


def pairs(required: Required) -> set[tuple[str, str, str]]:
    return {
        (identity, source, name)
        for identity, sources in required.items()
        for source, names in sources.items()
        for name in names
    }


def test_no_example_hits_without_a_field_that_is_said_to_be_needed(shown: Required) -> None:
    derived = {
        (detector, source, name)
        for detector, source, name in pairs(REQUIRED)
        if source in shown.get(detector, ())
    }
    assert derived - pairs(shown) == set()


def test_what_no_example_hits_without_is_said_to_be_needed(shown: Required) -> None:
    assert pairs(shown) - pairs(REQUIRED) - ONE_OF_TWO == set()


def test_almost_every_detector_needs_something() -> None:
    without = [one.id for one in DETECTORS if one.id not in REQUIRED]
    assert len(without) <= len(DETECTORS) // 20, without


def test_the_key_of_every_window_is_needed_so_that_a_source_that_loses_it_is_thin() -> None:
    without = [
        (identity, source, name)
        for identity, sources in REQUIRED.items()
        if (window := BY_ID[identity].window) is not None
        for source, names in sources.items()
        for name in window.by
        if name not in names and name != "source"
    ]
    assert without == []


def test_a_source_needs_what_any_of_its_detectors_needs() -> None:
    assert by_source({"a": {"s": ["x"]}, "b": {"s": ["y", "x"], "t": ["z"]}}) == {
        "s": ("x", "y"),
        "t": ("z",),
    }
