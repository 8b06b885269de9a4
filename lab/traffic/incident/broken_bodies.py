"""Six bodies that no parser reads as they stand, each broken in a way that real exports break."""

from __future__ import annotations

import gzip

import orjson

from lab.traffic.envelopes import Delivery, body_of
from lab.traffic.identifiers import instant
from lab.traffic.incident.stage import Stage
from lab.traffic.records.azure_activity import administrative
from lab.traffic.records.azure_appservice_http import http_request
from lab.traffic.records.entra_audit import directory_change
from lab.traffic.routes import ACTIVITY, ENTRA, RESOURCE


def broken_bodies(stage: Stage, partitions: int) -> list[Delivery]:
    """The deliveries, in order of their enqueued time."""
    bodies = (
        (5, cut_in_the_middle(stage, 5)),
        (13, concatenated(stage, 13)),
        (21, single_quoted(stage, 21)),
        (31, b"Connection to the telemetry endpoint was reset by peer; retrying in 30 s\n"),
        (45, gzip.compress(stage.rng.randbytes(600), mtime=0)),
        (55, b""),
    )
    return [Delivery(stage.rng.randrange(partitions), body, stage.at(minute)) for minute, body in bodies]


def cut_in_the_middle(stage: Stage, minute: float) -> bytes:
    """An activity log over its size limit: three records, the last of them cut."""
    records = [administrative(stage.rng, stage.company, stage.at(minute - 1)) for _ in range(3)]
    return body_of(records, ACTIVITY)[:-700]


def concatenated(stage: Stage, minute: float) -> bytes:
    """Two documents in a row with nothing between them."""
    time = stage.at(minute - 3)
    first = [directory_change(stage.rng, stage.company, time) for _ in range(2)]
    second = [directory_change(stage.rng, stage.company, time)]
    return body_of(first, ENTRA) + body_of(second, ENTRA)


def single_quoted(stage: Stage, minute: float) -> bytes:
    """A record whose properties are a bare single-quoted object, beside a good one."""
    time = stage.at(minute - 1)
    good = http_request(stage.rng, stage.company, time)
    site = stage.tenant.resource("Microsoft.Web/sites/quayside-jobs").upper()
    bad = (
        f'{{"time":"{instant(time)}","resourceId":"{site}","category":"FunctionAppLogs",'
        '"operationName":"Microsoft.Web/sites/functions/log","level":"Information",'
        "\"properties\":{'appName':'quayside-jobs','levelId':2,'message':'Executed nightly-report'}}"
    )
    array = RESOURCE.array.encode()
    return b'{"' + array + b'":[' + orjson.dumps(good) + b"," + bad.encode() + b"]}"
