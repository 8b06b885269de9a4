"""The forms that break naive parsers, one hand-written example each: part of the seed corpus.

They follow what Azure, forwarders and other products are known to send: objects inside strings, single quotes, cut
and concatenated documents, every form of envelope, of time, of address and of key spelling.
"""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Iterator
from typing import Any, Final

_VAULT: Final = "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V"
_GET: Final[dict[str, Any]] = {
    "time": "2026-02-04T07:45:44.1234567Z",
    "resourceId": _VAULT,
    "category": "AuditEvent",
    "operationName": "SecretGet",
    "resultSignature": "OK",
    "callerIpAddress": "192.0.2.1",
    "identity": {"claim": {"oid": "o1", "upn": "ann@example.com"}},
    "properties": {"id": "https://v.example/secrets/x", "httpStatusCode": 200},
}
_ONE: Final = json.dumps(_GET)
_FLOW: Final = (
    "2 123456789012 eni-0a1b2c3d 192.0.2.1 198.51.100.7 40000 443 6 10 840 1770191144 1770191204 ACCEPT OK"
)

TIMES: Final[tuple[Any, ...]] = (
    "2026-02-04T07:45:44Z",
    "2026-02-04T07:45:44.123456789Z",
    "2026-02-04 07:45:44",
    "2026-02-04T07:45:44+02:00",
    "2026-02-04T7:45:44Z",
    "2026-02-04T07: 45: 44.58Z",
    "2026-02-04T23:59:60Z",
    "12/12/2025 3:03:58 PM",
    "12/12/2025 3:03:58 PM +00:00",
    "02/04/2026 07:45:44",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999-14:00",
    "1770191144",
    1770191144,
    1770191144123,
    1770191144123456789,
    1.5,
    -1,
    1e300,
    None,
    "",
    "yesterday",
)
ADDRESSES: Final = (
    "192.0.2.1:443",
    "[2001:db8::1]:443",
    "2001:db8::1%eth0",
    "192.0.2.0/24",
    "192.0.2.7/32",
    "XX:2a02:db8::1",
    "",
    "<null>",
    "87.174.239.XXX",
    "::ffff:192.0.2.1",
    "010.001.001.001",
    "192.0.2.1, 198.51.100.7",
    "999.1.1.1",
    "::ffff:0:0:0:0:0:0:0:0",
)


def _with(**changes: Any) -> str:
    return json.dumps({**_GET, **changes})


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): _lowered(inner) for key, inner in value.items()}
    return value


def _records() -> Iterator[str]:
    """Records that are odd by themselves, valid JSON or not."""
    yield _ONE
    yield _with(properties=json.dumps(_GET["properties"]))
    yield _with(properties=str(_GET["properties"]))
    yield _ONE[:-1] + ",\"properties\":{'appName':'it's [ok] {really}','levelId':2,'x':None}}"
    yield "{'time':'2026-02-04T07:45:44Z','category':'FunctionAppLogs','properties':{'appName':'shop'}}"
    yield _ONE.replace('"id"', '"requestbody":"{"Id":"x","n":[1,{"b":"c"}]}","id"')
    yield _ONE.replace('"id"', '"requestbody":"{"Id":')
    yield _ONE[: len(_ONE) * 2 // 3]
    yield _with(category=None, Category="AuditEvent", Level=4, level="4")
    yield json.dumps(_lowered(_GET))
    yield _with(operationName={"value": "SecretGet", "localizedValue": "Get"}, identity="ann@example.com")
    yield _with(errorInfo={"code": 1}, ErrorInfo={"code": 2}, durationMs="12", n=123456789012345678)
    yield _with(identity=None, properties=None, resourceId=None)
    yield from (_with(time=time) for time in TIMES)
    yield from (_with(callerIpAddress=address) for address in ADDRESSES)
    flow = {"mac": "0", "flowTuples": ["1770191144,192.0.2.1,192.0.2.2,1,2,T,O,A,B,,,,", "x", 5]}
    flows = {"flows": [{"rule": "r", "flows": [flow]}]}
    yield _with(category="NetworkSecurityGroupFlowEvent", properties=flows)
    groups = [{"rule": "r", "flowTuples": ["1770191144123,192.0.2.1,192.0.2.2,1,2,6,I,B,NX,1,2,3,4"]}]
    network = {"flows": [{"aclID": "a", "flowGroups": groups}]}
    yield _with(category="FlowLogFlowEvent", flowRecords=network)
    log = {"verb": "create", "user": {"username": "system:admin"}, "objectRef": {"resource": "pods"}}
    yield _with(category="kube-audit", properties={"log": json.dumps(log)})
    yield _with(category="AuditLogs", resourceId="/tenants/t/providers/Microsoft.aadiam", properties={
        "targetResources": [{"modifiedProperties": [{"displayName": "x", "oldValue": "[\"a\"]", "newValue": "[{"}]}],
    })  # fmt: skip
    yield '{"a":"\\ud83d","time":"2026-02-04T07:45:44Z","\\udc00":1,"category":"AuditEvent"}'
    yield '{"time":1e999,"time":"2026-02-04T07:45:44Z","category":"AuditEvent","category":5,"x":-0}'
    yield '{"type":"heartbeat"}'


def _bodies() -> Iterator[str]:
    """Forms of a whole body, as text."""
    yield f'{{"records":[{_ONE},{_ONE}]}}'
    yield f'{{"Records":[{_ONE},{_ONE}]}}'
    yield f'{{"RECORDS":[{_ONE}],"count":1}}'
    yield f'{{"records":{_ONE}}}'
    yield json.dumps({"records": f"[{_ONE},{_ONE}]"})
    yield json.dumps({"records": [_ONE, _ONE]})
    yield json.dumps({"records": [json.dumps({"records": [_GET]})]})
    yield f"[{_ONE},{_ONE}]"
    yield f'[{{"records":[{_ONE}]}},{{"records":[{_ONE}]}}]'
    yield f"{_ONE}\n{_ONE}\r\n{_ONE}\n"
    yield f'{{"records":[{_ONE}]}}{{"records":[{_ONE}]}}'
    yield f'{{"records":[{_ONE},]}}'
    yield f'{{"records":[{_ONE} {_ONE},nonsense,5,null,"x"]}}garbage'
    yield f'{{"records":[{_ONE},{_ONE[:200]}'
    yield f"<134>1 2026-02-04T07:45:44Z host app: {_ONE}"
    yield f"{_FLOW}\n{_FLOW}\nnothing that is known"
    yield json.dumps({"records": [_FLOW, _FLOW]})
    yield '{"records":[]}'
    yield "[]"
    yield ""
    yield " \r\n\0"
    yield "Connection reset by peer; retrying in 30 s"


def quirk_records() -> list[bytes]:
    """Records in every odd form, as they stand in an envelope."""
    return [text.encode() for text in _records()]


def quirk_bodies() -> list[bytes]:
    """Bodies in every odd form."""
    texts = list(_bodies())
    whole = texts[0]
    return [
        *(text.encode() for text in texts),
        codecs.BOM_UTF8 + whole.encode(),
        codecs.BOM_UTF16_LE + whole.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + whole.encode("utf-16-be"),
        gzip.compress(whole.encode(), mtime=0),
        gzip.compress(whole.encode(), mtime=0)[:-9],
        gzip.compress(whole.encode(), mtime=0) * 2,
        whole.encode().replace(b"ann@", b"\xff\xfe@"),
    ]
