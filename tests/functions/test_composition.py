"""How the collector of a process comes about."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from functions import composition
from shared.base.errors import DeclarationError, TelltaleError
from shared.customer.settings import SettingsError
from shared.upkeep.arrival.arrival_watch import ArrivalReport
from tests.functions.recording_collector import RecordingCollector

if TYPE_CHECKING:
    from shared.collector.collector import Collector


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELLTALE_STORE", "sqlite")
    monkeypatch.setenv("TELLTALE_SQLITE_PATH", str(tmp_path / "state.db"))
    monkeypatch.setenv("TELLTALE_HUB_NAME", "telemetry")
    monkeypatch.setenv("TELLTALE_CUSTOMER", "contoso")
    composition.configure(None)


@pytest.fixture(autouse=True)
def _afterwards(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: composition.configure(None))


def test_the_collector_is_built_from_the_environment_with_every_detector() -> None:
    collector = composition.collector()
    assert collector.customer == "contoso"
    assert "entra.service_principal_credential_added" in {detector.id for detector in collector.detectors}


def test_many_threads_get_one_collector() -> None:
    with ThreadPoolExecutor(8) as threads:
        collectors = list(threads.map(lambda _: composition.collector(), range(32)))
    assert len({id(collector) for collector in collectors}) == 1


def test_a_configured_collector_takes_the_place_of_the_built_one() -> None:
    recording = cast("Collector", RecordingCollector())
    composition.configure(recording)
    assert composition.collector() is recording


def test_wrong_settings_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLTALE_HUB_NAME")
    with pytest.raises(SettingsError, match="TELLTALE_HUB_NAME is missing"):
        composition.collector()


def test_wrong_settings_can_be_corrected_without_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_HUB_PARTITIONS", "none")
    with pytest.raises(TelltaleError):
        composition.collector()
    monkeypatch.setenv("TELLTALE_HUB_PARTITIONS", "8")
    assert composition.collector() is composition.collector()


def test_declarations_are_applied_and_refused_with_their_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    declarations = tmp_path / "customer.toml"
    monkeypatch.setenv("TELLTALE_DECLARATIONS", str(declarations))
    declarations.write_text("[detectors.identity.service_principal_credential_added]\nenabled = false\n")
    detectors = {detector.id for detector in composition.collector().detectors}
    assert "entra.service_principal_credential_added" not in detectors
    composition.configure(None)
    declarations.write_text("\n[detectors.no_such_detector]\nenabled = false\n")
    with pytest.raises(DeclarationError, match=r"customer\.toml:2: .*no_such_detector is not a detector"):
        composition.collector()


def test_without_a_destination_alerts_wait_in_the_outbox() -> None:
    assert composition.collector().deliver().problem == "no outlet is configured, alerts stay in the outbox"


def test_whether_alerts_arrive_is_watched_where_a_workspace_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert composition.collector().watch_arrival() is None
    composition.configure(None)
    monkeypatch.setenv("TELLTALE_WORKSPACE_ID", "11111111-2222-4333-8444-555555555555")
    assert composition.collector().watch_arrival() is None, "nothing is sent to a workspace"
    composition.configure(None)
    monkeypatch.setenv("TELLTALE_INGESTION_ENDPOINT", "https://telltale.ingest.monitor.azure.com")
    monkeypatch.setenv("TELLTALE_DCR_IMMUTABLE_ID", "dcr-" + "0" * 32)
    assert (
        composition.collector().watch_arrival() == ArrivalReport()
    )  # nothing was accepted, so nothing is asked
    composition.configure(None)
    monkeypatch.setenv("TELLTALE_WORKSPACE_ID", 'x" | union *')
    with pytest.raises(SettingsError, match="TELLTALE_WORKSPACE_ID"):
        composition.collector()


def test_the_deployment_says_what_repairs_send_with_and_whether_settings_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourcegroups/rg/providers"
    rule = f"{group}/Microsoft.EventHub/namespaces/ns/authorizationRules/send"
    workspace = f"{group}/Microsoft.OperationalInsights/workspaces/log"
    monkeypatch.setenv("TELLTALE_SENDING_RULE", rule)
    monkeypatch.setenv("TELLTALE_WORKSPACE_RESOURCE_ID", workspace)
    monkeypatch.setenv("TELLTALE_DECLARATIONS", "infra/profiles/profile-a.toml")
    wanted = composition.collector().log_settings.wanted
    assert wanted.hub_rule == rule
    assert {place for place, _, _ in wanted.retention} == {workspace}
    composition.configure(None)
    monkeypatch.setenv("TELLTALE_READ_LOG_SETTINGS", "False")
    assert composition.collector().watch_log_settings() is None
    monkeypatch.setenv("TELLTALE_SENDING_RULE", "Endpoint=sb://ns;SharedAccessKey=x")
    composition.configure(None)
    with pytest.raises(SettingsError, match="TELLTALE_SENDING_RULE"):
        composition.collector()


def test_packages_of_detectors_in_the_settings_are_run_and_a_bad_file_of_theirs_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    package = tmp_path / "contoso_rules"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "broken.py").write_text("1 / 0\n", "utf-8")
    unknown_technique = (
        "from shared.detection import Severity, detector\nfrom shared.events import entra_audit\n\n\n"
        "@detector(title='x', severity=Severity.LOW, techniques=['T9999'], on=entra_audit(operation='x'))\n"
        "def unknown(event):\n    'It matters.'\n"
    )
    (package / "unknown.py").write_text(unknown_technique, "utf-8")
    good = unknown_technique.replace("T9999", "T1098").replace("unknown", "good")
    (package / "good.py").write_text(good, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("TELLTALE_DETECTOR_PACKAGES", "contoso_rules,")
    collector = composition.collector()
    assert "contoso_rules.good" in {detector.id for detector in collector.detectors}
    assert [one.id for one in collector.left_out] == ["contoso_rules.broken", "contoso_rules.unknown"]
    assert "detector contoso_rules.broken is left out" in caplog.text
    assert "T9999" in caplog.text


def test_a_package_of_detectors_that_is_not_there_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELLTALE_DETECTOR_PACKAGES", "no_such_package")
    with pytest.raises(DeclarationError, match="package of detectors no_such_package: cannot be imported"):
        composition.collector()


@pytest.mark.parametrize("name", ["contoso-rules", "../x", "functions", "shared.events", "cli"])
def test_a_name_that_cannot_be_a_package_is_refused_with_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TELLTALE_DETECTOR_PACKAGES", name)
    with pytest.raises(TelltaleError, match="TELLTALE_DETECTOR_PACKAGES"):
        composition.collector()
