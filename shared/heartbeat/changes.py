"""Who changed the logging: recent changes that detectors found, and which of them explains a silence.

Table `sources`, partition `changes`: a row for each detector and resource, so their number is bounded by what exists,
and by a limit. Written when a detector that declares `explains=` finds something, or something was
deleted; read when a source is silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from shared.detection.logging_loss import LoggingLoss
from shared.heartbeat.entity import Entity
from shared.heartbeat.state import TABLE, moment
from shared.storage import Delete, Row, Store, Upsert, safe_key, transactions

PARTITION: Final = "changes"
KEEP: Final = timedelta(days=7)
MOST: Final = 2_000
BEFORE: Final = timedelta(hours=2)
"""A silence follows its cause within this: exports run on for minutes, and batches of an hour are usual."""
AFTER: Final = timedelta(minutes=30)
"""A cause may seem to come after the last record: its own clock is another one."""
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class LoggingChange:
    """A change to the logging, as its alert describes it. time: seconds since 1970. loss: a `LoggingLoss`, or ''."""

    uid: str
    rule: str
    time: float
    actor: str
    operation: str
    target: str
    resource_id: str
    subscription_id: str
    tenant_id: str
    account_id: str
    source: str
    name: str
    loss: str = ""

    @property
    def explains(self) -> bool:
        """Whether a silence can follow from it: a change to the logging, or something that is gone."""
        return bool(self.loss) or self.operation.lower().endswith("/delete")

    def evidence(self) -> dict[str, str]:
        """What an alert about a silence says of it."""
        return {
            "actor": self.actor,
            "time": moment(self.time).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "operation": self.operation,
            "resource_id": self.resource_id,
            "target": self.target,
            "alert": self.uid,
            "rule": self.rule,
        }


class LoggingChanges:
    """Keeps the latest changes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, changes: Iterable[LoggingChange]) -> None:
        """Remembers changes; a later one of the same kind to the same thing takes the place of the one before."""
        rows = {row.key: row for change in sorted(changes, key=lambda c: c.time) for row in [_row(change)]}
        for group in transactions([Upsert(row) for row in rows.values()]):
            self._store.commit(TABLE, group)

    def all(self) -> list[LoggingChange]:
        """Every change that is remembered, the latest first."""
        found = [_read(row) for row in self._store.query(TABLE, PARTITION)]
        return sorted(found, key=lambda change: change.time, reverse=True)

    def remove_old(self, now: datetime) -> None:
        """Forgets what is more than `KEEP` ago, and the oldest beyond `MOST`."""
        limit = (now - KEEP).timestamp()
        old = [change for place, change in enumerate(self.all()) if place >= MOST or change.time < limit]
        for group in transactions([Delete(PARTITION, _row(change).key) for change in old]):
            self._store.commit(TABLE, group)


def culprit(
    changes: Iterable[LoggingChange], entity: Entity, reporter: str, since: float
) -> LoggingChange | None:
    """The change that best explains why `entity` fell silent at `since`; None where none does.

    reporter: a resource that used to write it.
    """
    first, last = since - BEFORE.total_seconds(), since + AFTER.total_seconds()
    found = [
        (relevance(change, entity, reporter), change.time, change)
        for change in changes
        if first <= change.time <= last
    ]
    best = max((one for one in found if one[0] > 0), key=lambda one: one[:2], default=None)
    return best[2] if best is not None else None


def relevance(change: LoggingChange, entity: Entity, reporter: str) -> int:
    """How well a change explains the silence of an entity, from 0 (not at all) to 100 (its own diagnostic setting)."""
    writer = (entity.dimension or reporter).lower()
    if change.loss == LoggingLoss.HUB:
        return 40  # the hub may belong to another tenant than the source
    if change.tenant_id and entity.tenant and change.tenant_id.lower() != entity.tenant:
        return 0
    if change.source.startswith("aws."):
        return _in_aws(change, entity)
    if entity.source.startswith("aws."):
        return 0
    if not change.loss:
        return 90 if _holds(change.resource_id.lower(), writer) else 0
    if change.loss in (LoggingLoss.SETTING_DELETED, LoggingLoss.SETTING_CHANGED):
        return _by_setting(change, entity, writer)
    return _in_azure(change, entity, writer)


def _in_azure(change: LoggingChange, entity: Entity, writer: str) -> int:
    """A change that is about some of what a subscription sends."""
    if change.loss == LoggingLoss.AGENT and _holds(
        change.resource_id.lower().partition("/extensions/")[0], writer
    ):
        return 85
    if change.loss == LoggingLoss.FLOW_LOG:
        return 60 if entity.source == "azure.flow" else 0
    subscription = change.subscription_id.lower()
    return 20 if subscription and f"/subscriptions/{subscription}/" in writer + "/" else 0


def _by_setting(change: LoggingChange, entity: Entity, writer: str) -> int:
    resource = change.resource_id.lower()
    if "microsoft.aadiam/" in f"{resource} {change.operation.lower()}":
        return 80 if entity.source.startswith("entra.") else 0
    scope = resource.partition("/providers/microsoft.insights/")[0]
    if _holds(scope, writer):
        return 100 if change.loss == LoggingLoss.SETTING_DELETED else 70
    return 50 if _provider(scope) and _provider(scope) in (_provider(writer), _provider_of(entity)) else 0


def _holds(resource: str, writer: str) -> bool:
    """Whether a resource is what writes, or holds it."""
    return bool(resource and writer) and (writer == resource or writer.startswith(resource + "/"))


def _in_aws(change: LoggingChange, entity: Entity) -> int:
    if not change.loss or not entity.source.startswith("aws."):
        return 0
    if change.account_id and entity.tenant and change.account_id != entity.tenant:
        return 0
    if entity.source == "aws.cloudtrail":
        return 90 if change.loss == LoggingLoss.TRAIL else 20
    return 60 if change.loss == LoggingLoss.FLOW_LOG and entity.source == "aws.vpcflow" else 20


def _provider(resource: str) -> str:
    """`microsoft.keyvault` of a resource id; '' where it names none."""
    return resource.rpartition("/providers/")[2].partition("/")[0] if "/providers/" in resource else ""


def _provider_of(entity: Entity) -> str:
    vendor, _, product = entity.source.partition(".")
    return f"microsoft.{product.partition('.')[0]}" if vendor == "azure" else ""


def _row(change: LoggingChange) -> Row:
    about = "\x1f".join((change.resource_id or change.target, change.tenant_id, change.account_id))
    digest = blake2b(about.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    values = {
        name: value[:_LONGEST] if isinstance(value, str) else value for name, value in asdict(change).items()
    }
    return Row(PARTITION, f"{safe_key(change.rule, 80)}|{digest}", values)


def _read(row: Row) -> LoggingChange:
    values = row.values
    texts = {name: str(values.get(name, "")) for name in LoggingChange.__dataclass_fields__ if name != "time"}
    return LoggingChange(time=float(values.get("time", 0.0)), **texts)
