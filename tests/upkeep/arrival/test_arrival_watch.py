"""What was accepted and cannot be queried is one alert a day; what nobody may ask, is not asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import orjson
import pytest

from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from lab.azure.query_api import QueryEndpoint
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.delivery.outlet import Reply
from shared.delivery.sentinel import SentinelOutlet
from shared.events.registry import registry
from shared.storage import SqliteStore
from shared.upkeep.arrival.arrival_watch import LOOK_BACK, MOST, PATIENCE, SCHEMA_EVERY, ArrivalReport
from shared.upkeep.arrival.workspace import SCHEMA_QUERY, QueryRefused, Workspace, query_of
from shared.upkeep.status.page import render
from tests.alerts.examples import START, example

WORKSPACE = "11111111-2222-4333-8444-555555555555"


class Deployed:
    """A collector that delivers to the local endpoint and may query what that has taken."""

    def __init__(self, endpoint: IngestionEndpoint, queries: QueryEndpoint, clock: VirtualClock) -> None:
        self.clock, self.endpoint, self.queries = clock, endpoint, queries
        self.store = SqliteStore(":memory:")
        self.collector = self.restarted(WORKSPACE)

    def restarted(self, workspace: str | None) -> Collector:
        return Collector(
            store=self.store, clock=self.clock, detectors=[], registry=registry(), customer="contoso",
            outlet=SentinelOutlet(self.endpoint.url, self.endpoint.rule_id, LocalCredential, self.clock),
            workspace=Workspace(workspace, LocalCredential, self.queries.url) if workspace else None,
        )  # fmt: skip

    def accept(self, count: int, name: str = "one") -> list[str]:
        """Raises alerts, which the endpoint accepts; their ids."""
        alerts = self.collector.outbox.add([example(f"{name} {number}") for number in range(count)])
        while self.collector.deliver().delivered:
            pass
        return [alert.uid for alert in alerts]

    def look(self, later: timedelta = timedelta(0)) -> ArrivalReport:
        self.clock.advance(later.total_seconds())
        report = self.collector.watch_arrival()
        assert report is not None
        return report

    def told(self) -> list[str]:
        return [
            str(row["EventUid"])
            for row in self.endpoint.rows()
            if row["RuleName"] == "telltale.delivery_not_arrived"
        ]


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    clock = VirtualClock(START)
    with (
        IngestionEndpoint(clock=clock) as endpoint,
        QueryEndpoint(WORKSPACE, endpoint.rows) as queries,
    ):
        deployed = Deployed(endpoint, queries, clock)
        yield deployed
        deployed.collector.close()


def test_what_can_be_queried_is_no_news(deployed: Deployed) -> None:
    deployed.accept(3)
    assert deployed.look(PATIENCE) == ArrivalReport(asked=3)
    assert deployed.told() == []


def test_accepted_alerts_that_are_not_in_the_table_are_told_once_a_day(deployed: Deployed) -> None:
    uids = deployed.accept(3)
    deployed.queries.hidden.update(uids[:2])

    first = deployed.look(PATIENCE)
    deployed.look(timedelta(minutes=15))

    assert {one.uid for one in first.missing} == set(uids[:2])
    assert len(deployed.told()) == 1
    [row] = [one for one in deployed.endpoint.rows() if one["EventUid"] in deployed.told()]
    assert row["EventSeverity"] == "High"
    assert "2 cannot be queried" in row["EventMessage"]
    assert "daily cap" in str(row["RemediationSteps"])
    assert sorted(row["Evidence"]["event_uids"]) == sorted(uids[:2])


def test_it_is_told_to_the_people_although_the_table_takes_nothing(deployed: Deployed) -> None:
    deployed.queries.hidden.update(deployed.accept(1))
    deployed.look(PATIENCE)
    assert "Alerts that Sentinel accepted are not in its table" in [
        one.name for one in deployed.collector.outbox.recent()
    ]
    assert "not in its table" in render(deployed.collector.status())


def test_a_row_is_given_time_to_arrive_and_an_old_one_is_let_go(deployed: Deployed) -> None:
    [uid] = deployed.accept(1)
    deployed.queries.hidden.add(uid)
    assert deployed.look(PATIENCE - timedelta(minutes=1)).asked == 0
    assert deployed.look(timedelta(minutes=2)).asked == 1
    deployed.look(LOOK_BACK)
    assert sum(uid in query for query in deployed.queries.queries) == 1


def test_what_was_not_accepted_is_not_asked_for(deployed: Deployed) -> None:
    deployed.collector.outbox.add([example("waiting")])
    assert deployed.look(PATIENCE) == ArrivalReport()
    assert deployed.queries.queries == []


def test_one_query_asks_for_a_bounded_number(deployed: Deployed) -> None:
    deployed.accept(MOST + 20)
    assert deployed.look(PATIENCE).asked == MOST
    assert len([one for one in deployed.queries.queries if one != SCHEMA_QUERY]) == 1


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, b'{"error": {"code": "InsufficientAccessError"}}', "may not be queried"),
        (401, b'{"error": {"code": "AuthenticationFailed"}}', "may not be queried"),
        (404, b'{"error": {"code": "WorkspaceNotFoundError"}}', "may not be queried"),
        (429, b"", "does not answer at present"),
        (503, b"<h1>busy</h1>", "does not answer at present"),
        (200, b'{"tables": [', "half an answer"),
        (200, b"{}", "without a table"),
        (200, b'{"tables": [{"rows": []}], "error": {"code": "PartialError"}}', "in part"),
    ],
)
def test_no_answer_is_no_reason_to_alert(deployed: Deployed, status: int, body: bytes, why: str) -> None:
    deployed.accept(1)
    deployed.queries.refusal = (status, body)
    report = deployed.look(PATIENCE)
    assert why in report.problem
    assert (report.missing, report.alerts, deployed.told()) == ((), (), [])


def test_a_workspace_that_cannot_be_reached_is_no_reason_either(deployed: Deployed) -> None:
    deployed.accept(1)
    deployed.queries.close()
    assert "no answer from" in deployed.look(PATIENCE).problem


def test_a_workspace_without_the_table_has_none_of_the_alerts(deployed: Deployed) -> None:
    deployed.accept(2)
    error = {
        "error": {"code": "BadArgumentError", "innererror": {"message": "'where' failed: no table\n<b>"}}
    }
    deployed.queries.refusal = (400, orjson.dumps(error))
    report = deployed.look(PATIENCE)
    assert len(report.missing) == 2
    [alert] = report.alerts
    assert "BadArgumentError" in alert.message
    assert "\n" not in alert.message


def test_a_table_that_lacks_columns_is_told_once_a_day_and_looked_at_now_and_then(deployed: Deployed) -> None:
    deployed.queries.columns = [
        name for name in deployed.queries.columns if name not in {"UserLink", "RecordsQuery"}
    ]
    deployed.accept(1)
    assert set(deployed.look(PATIENCE).lacking) == {"UserLink", "RecordsQuery"}
    deployed.look(timedelta(minutes=15))
    assert deployed.queries.queries.count(SCHEMA_QUERY) == 1
    [told] = [
        row for row in deployed.endpoint.rows() if row["RuleName"] == "telltale.delivery_missing_columns"
    ]
    assert "has no" in told["EventMessage"]
    assert "UserLink" in told["EventMessage"]

    deployed.queries.columns += ["UserLink", "RecordsQuery"]
    deployed.clock.advance(SCHEMA_EVERY.total_seconds())
    deployed.accept(1, "later")
    assert deployed.look(PATIENCE).lacking == ()
    assert deployed.queries.queries.count(SCHEMA_QUERY) == 2


def test_without_a_workspace_nothing_is_asked(deployed: Deployed) -> None:
    deployed.accept(1)
    deployed.clock.advance(PATIENCE.total_seconds())
    collector = deployed.restarted(None)
    assert collector.watch_arrival() is None
    assert deployed.queries.queries == []


def test_what_another_outlet_took_is_not_looked_for(deployed: Deployed) -> None:
    class Elsewhere:
        def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
            return Reply(frozenset(range(len(rows))))

    deployed.collector.close()
    deployed.store = SqliteStore(":memory:")
    deployed.collector = Collector(
        store=deployed.store, clock=deployed.clock, detectors=[], registry=registry(),
        outlets={"elsewhere": Elsewhere()},
        workspace=Workspace(WORKSPACE, LocalCredential, deployed.queries.url),
    )  # fmt: skip
    deployed.accept(1)
    deployed.clock.advance(PATIENCE.total_seconds())
    assert deployed.collector.outbox.recent()[0].status == "delivered"
    assert deployed.collector.watch_arrival() is None
    assert deployed.queries.queries == []


@pytest.mark.parametrize("uid", ['0" or true or EventUid == "', "", "A" * 32, "0" * 33, "0" * 31 + "\n"])
def test_nothing_but_ids_gets_into_a_query(uid: str) -> None:
    with pytest.raises(ValueError, match="not the id of an alert"):
        query_of([uid], START, START)


def test_a_workspace_that_is_not_there_may_not_be_queried(deployed: Deployed) -> None:
    with pytest.raises(QueryRefused) as refused:
        Workspace("0" * 8, LocalCredential, deployed.queries.url).holds(["0" * 32], START, START)
    assert refused.value.why == "permission"
