"""Good records and good bodies: what must be read, counted and found beside whatever is odd.

Called by `judge` and `worker`.
"""

from __future__ import annotations

from typing import Final

import orjson

from lab.fuzz.cases import Good
from lab.fuzz.reading import NUMBER, events_of, reading_of
from lab.fuzz.seeds import Seeds
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry

GOOD_DETECTOR: Final = "entra.service_principal_credential_added"
GOOD_RECORDS: Final = 3
"""How many records `good_body` holds; the first is what GOOD_DETECTOR looks for."""

_MOST_GOOD: Final = 300
_LONGEST_GOOD: Final = 3_000

_AUDIT: Final = (
    b'{"time":"2026-11-23T09:58:00.1234567Z","resourceId":"/tenants/t/providers/Microsoft.aadiam",'
    b'"operationName":"Add service principal credentials","category":"AuditLogs","tenantId":"t",'
    b'"resultSignature":"None",'
    b'"properties":{"category":"ApplicationManagement","result":"success",'
    b'"activityDisplayName":"Add service principal credentials","initiatedBy":{"user":{"id":"a1",'
    b'"userPrincipalName":"good-@@@example.com"}},"targetResources":[{"id":"c3","displayName":"invoice-export"}]}}'
)
_SIGN_IN: Final = (
    b'{"time":"2026-11-23T09:58:01Z","category":"SignInLogs","operationName":"Sign-in activity","tenantId":"t",'
    b'"resultType":"0","properties":{"userPrincipalName":"ann@example.com","ipAddress":"192.0.2.1"}}'
)
_ACTIVITY: Final = (
    b'{"time":"2026-11-23T09:58:02Z","category":"Administrative","operationName":"MICROSOFT.WEB/SITES/WRITE",'
    b'"resourceId":"/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.WEB/SITES/X","resultType":"Success"}'
)


def good_body(number: int) -> bytes:
    """The good body of batch `number`: three records, one of which a detector finds under a name of its own."""
    records = b",".join((_AUDIT, _SIGN_IN, _ACTIVITY)).replace(b"@@", b"%d" % number, 1)
    return b'{"records":[' + records + b"]}"


def good_records(seeds: Seeds) -> list[Good]:
    """Records of the seeds that are read as one event when they stand alone, numbered."""
    decoder = Decoder(registry(), {})
    chosen = [text for text in seeds.records if len(text) <= _LONGEST_GOOD]
    step = max(1, len(chosen) // _MOST_GOOD)
    found = []
    for number, text in enumerate(chosen[::step], 1):
        numbered_text = orjson.dumps({**orjson.loads(text), NUMBER: number})
        decoded = decoder.decode_slow_path(b'{"records":[' + numbered_text + b"]}")
        events = events_of(decoded)
        if len(events) == 1 and not decoded.problems and events[0].source != "azure.flow":
            found.append(Good(numbered_text, number, reading_of(events[0])))
    return found
