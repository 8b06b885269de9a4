"""What the environment may say, and what is refused."""

from __future__ import annotations

import pytest

from shared.customer.settings import SettingsError, read_settings

COMPLETE = {
    "TELLTALE_TABLES_ENDPOINT": "https://account.table.core.windows.net/",
    "TELLTALE_HUB_NAME": "telemetry",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def test_a_minimal_environment_is_enough(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert settings.tables_endpoint == "https://account.table.core.windows.net"
    assert (settings.customer, settings.hub_partitions) == ("default", 4)
    assert settings.alert_stream == "Custom-TelltaleAlerts"


def test_a_missing_hub_name_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TELLTALE_HUB_NAME")
    assert refusal() == "TELLTALE_HUB_NAME is missing; set it in the function app's settings"


def test_an_empty_value_counts_as_missing(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_HUB_NAME", "")
    assert "TELLTALE_HUB_NAME is missing" in refusal()


def test_each_store_needs_its_place(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TELLTALE_TABLES_ENDPOINT")
    assert "TELLTALE_TABLES_ENDPOINT is missing" in refusal()
    environment.setenv("TELLTALE_STORE", "sqlite")
    assert "TELLTALE_SQLITE_PATH is missing" in refusal()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://account.table.core.windows.net",
        "account.table.core.windows.net",
        "https://account.table.core.windows.net?sig=secret",
        "https://user:secret@account.table.core.windows.net",
    ],
)
def test_an_endpoint_is_https_and_carries_no_secret(environment: pytest.MonkeyPatch, endpoint: str) -> None:
    environment.setenv("TELLTALE_TABLES_ENDPOINT", endpoint)
    message = refusal()
    assert message.startswith("TELLTALE_TABLES_ENDPOINT: must ")
    assert "secret" not in message


def test_http_is_allowed_for_this_machine(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_TABLES_ENDPOINT", "http://127.0.0.1:10002/devstoreaccount1")
    assert read_settings().tables_endpoint == "http://127.0.0.1:10002/devstoreaccount1"


def test_the_two_halves_of_the_alert_destination_belong_together(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_INGESTION_ENDPOINT", "https://x.ingest.monitor.azure.com")
    assert "TELLTALE_DCR_IMMUTABLE_ID belong together" in refusal()


@pytest.mark.parametrize("partitions", ["0", "1025", "four"])
def test_hub_partitions_are_between_1_and_1024(environment: pytest.MonkeyPatch, partitions: str) -> None:
    environment.setenv("TELLTALE_HUB_PARTITIONS", partitions)
    assert refusal().startswith("TELLTALE_HUB_PARTITIONS: ")


def test_a_misspelt_setting_is_refused_with_the_right_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_ALERTS_STREAM", "Custom-Other")
    assert refusal() == "TELLTALE_ALERTS_STREAM is not a setting; did you mean TELLTALE_ALERT_STREAM?"


def test_every_problem_has_its_own_line(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_CUSTOMER", "two words")
    environment.setenv("TELLTALE_CLIENT_ID", "contoso")
    assert [line.split(":")[0] for line in refusal().splitlines()] == [
        "TELLTALE_CUSTOMER",
        "TELLTALE_CLIENT_ID",
    ]


def test_two_functions_cannot_read_the_same_hub(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_HUB_IDENTITY", "telemetry")
    with pytest.raises(SettingsError, match="name the same hub"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ALERT_HUB": "telemetry"}, "alerts would come back as records"),
        ({"ALERT_HUB_NAMESPACE": "soc.servicebus.windows.net"}, "TELLTALE_ALERT_HUB is missing"),
        ({"WEBHOOK_URL": "https://soc.example.com/alerts"}, "TELLTALE_WEBHOOK_KEY_URL belong together"),
        ({"WEBHOOK_URL": "https://soc.example.com/?sig=hidden"}, "must not carry a key"),
    ],
)
def test_other_outlets_are_named_whole(
    environment: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        environment.setenv(f"TELLTALE_{name}", value)
    message = refusal()
    assert said in message
    assert "hidden" not in message


def test_a_hub_of_another_namespace_may_have_the_same_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_ALERT_HUB", "telemetry")
    environment.setenv("TELLTALE_ALERT_HUB_NAMESPACE", "soc.servicebus.windows.net")
    assert read_settings().alert_hub == "telemetry"


def test_a_hub_of_a_class_may_be_left_empty(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELLTALE_HUB_IDENTITY", "")
    environment.setenv("TELLTALE_HUB_NETWORK", "network")
    settings = read_settings()
    assert (settings.hub_identity, settings.hub_network) == (None, "network")
