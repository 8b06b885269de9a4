from __future__ import annotations

import http.client
import ssl
import time
from collections import Counter
from pathlib import Path

import pytest

from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_faults import Fault, FaultPlan, kinds
from lab.azure.ingestion_ledger import read_ledger
from tests.lab.azure.test_ingestion import HEADERS, PATH, ROW, packed

KINDS = kinds(hang=0.2, slow=0.05)


def post(endpoint: IngestionEndpoint, rows: list[dict[str, str]]) -> tuple[int, str]:
    """Status and Retry-After of the answer; status 0 where there is no whole one."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    try:
        connection.request("POST", PATH, packed(rows), HEADERS)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After", "")
    except (http.client.HTTPException, OSError):
        return 0, ""
    finally:
        connection.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_happens_once_and_the_next_call_is_taken(kind: str) -> None:
    fault = KINDS[kind]
    with IngestionEndpoint() as endpoint:
        endpoint.fault = plan = FaultPlan.in_turn([fault])

        status, retry_after = post(endpoint, [ROW])
        again, _ = post(endpoint, [ROW | {"EventUid": "a2"}])
        ledger = endpoint.ledger()

    expected = 0 if fault.drop or fault.truncated else fault.status or 204
    assert (status, retry_after) == (expected, fault.retry_after)
    assert again == 204
    assert ledger.rows == (Counter(a1=1, a2=1) if fault.accept else Counter(a2=1))
    assert ledger.faults == plan.done == Counter({kind: 1})
    assert plan.left == 0


def test_a_seeded_plan_repeats_itself_and_has_every_kind() -> None:
    plans = [FaultPlan.seeded(7, 230) for _ in range(2)]
    with IngestionEndpoint() as endpoint:
        done: list[list[str]] = []
        for plan in plans:
            endpoint.fault = lambda call, plan=plan: Fault(found.kind) if (found := plan(call)) else None
            while plan.left:
                post(endpoint, [])
            done.append([call.fault for call in endpoint.ledger().calls if call.fault])

    assert done[1] == done[0] * 2
    assert set(plans[0].done.values()) == {10}
    assert set(plans[0].done) == set(kinds())


def test_the_ledger_counts_what_came_twice_and_is_read_by_another_process(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with IngestionEndpoint(path=file) as endpoint:
        endpoint.fault = FaultPlan.in_turn([KINDS["drop after the rows were taken"], KINDS["503"]])
        for _ in range(3):
            post(endpoint, [ROW])
        ledger = read_ledger(file)

    assert (ledger.distinct, ledger.duplicates, ledger.duplicate_share) == (1, 1, 1.0)
    assert [(call.status, call.rows, call.fault) for call in ledger.calls] == [
        (0, 1, "drop after the rows were taken"),
        (503, 0, "503"),
        (204, 1, ""),
    ]


def test_a_hang_ends_with_the_endpoint() -> None:
    endpoint = IngestionEndpoint()
    endpoint.fault = FaultPlan.in_turn([Fault("hang", delay=600, drop=True)])
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    connection.request("POST", PATH, packed([ROW]), HEADERS)
    while not endpoint.calls():
        time.sleep(0.01)
    endpoint.close()

    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()


def test_its_certificate_is_trusted_by_those_only_who_know_it() -> None:
    with IngestionEndpoint(tls=True) as endpoint:
        assert endpoint.certificate is not None

        def status(trusted: ssl.SSLContext) -> int:
            connection = http.client.HTTPSConnection("localhost", endpoint.port, timeout=10, context=trusted)
            connection.request("POST", PATH, packed([ROW]), HEADERS)
            answer = connection.getresponse()
            connection.close()
            return answer.status

        with pytest.raises(ssl.SSLCertVerificationError):
            status(ssl.create_default_context())
        assert status(ssl.create_default_context(cafile=str(endpoint.certificate))) == 204
