"""The app's functions as the local host sees them: what triggers each, with what, and what it does on failure.

Read through azure.functions, so a binding that is declared wrong fails here as it does in Azure; arguments are
made by the very converters of Microsoft's library that the worker uses. Called by `host.py`.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import azure.functions as func
from azure.functions.eventhub import EventHubTriggerConverter
from azure.functions.meta import Datum
from azure.functions.timer import TimerRequestConverter

from shared.base.errors import TelltaleError
from shared.events.message import Message

_SETTING = re.compile(r"%([^%]+)%")


class _HubConverter(EventHubTriggerConverter, binding=None):
    """The worker's converter; messages of one moment have its text parsed once, which took half of a batch's time."""

    @classmethod
    @lru_cache(maxsize=1024)
    def _parse_datetime(cls, datetime_str: str | None) -> datetime | None:
        parsed: datetime | None = super()._parse_datetime(datetime_str)
        return parsed


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry policy. attempts: None where it has no end. Waits grow from `least` to `most`."""

    attempts: int | None
    least: timedelta
    most: timedelta

    def wait(self, failures: int) -> timedelta | None:
        """How long to wait after the batch has failed so many times in a row; None: give it up."""
        if self.attempts is not None and failures > self.attempts:
            return None
        return min(self.least * float(2 ** min(failures - 1, 30)), self.most)


@dataclass(frozen=True, slots=True)
class HubFunction:
    """A function that takes batches of events of a hub."""

    name: str
    call: Callable[..., Any]
    argument: str
    hub: str
    consumer_group: str
    retry: Retry | None

    def invoke(self, partition: str, messages: Sequence[Message], offsets: Sequence[int]) -> None:
        """Hands over a batch of one partition; raises what the function raises."""
        properties = [
            {
                "SequenceNumber": message.sequence_number,
                "Offset": str(offset),
                "PartitionKey": None,
                "EnqueuedTimeUtc": message.enqueued_time.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
            }
            for message, offset in zip(messages, offsets, strict=True)
        ]
        context = {
            "FullyQualifiedNamespace": "local",
            "EventHubName": self.hub,
            "ConsumerGroup": self.consumer_group,
            "PartitionId": partition,
        }
        metadata = {
            "PartitionContext": Datum(json.dumps(context), "json"),
            "SystemPropertiesArray": Datum(json.dumps(properties), "json"),
            "PropertiesArray": Datum(json.dumps([{} for _ in messages]), "json"),
        }
        bodies = SimpleNamespace(bytes=[message.body for message in messages])
        events = _HubConverter.decode(Datum(bodies, "collection_bytes"), trigger_metadata=metadata)
        self.call(**{self.argument: events})


@dataclass(frozen=True, slots=True)
class TimerFunction:
    """A function on a schedule: NCRONTAB, six fields, seconds first, in UTC."""

    name: str
    call: Callable[..., Any]
    argument: str
    schedule: str

    def after(self, moment: datetime) -> datetime:
        """The first time after `moment` at which the schedule says so."""
        from croniter import croniter

        if times := _times_of_day(self.schedule):
            midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            place = bisect_right(times, (moment - midnight) // timedelta(seconds=1))
            days, place = divmod(place, len(times))
            return midnight + timedelta(days=days, seconds=times[place])
        following: datetime = croniter(self.schedule, moment, second_at_beginning=True).get_next(datetime)
        return following

    def invoke(self, now: datetime) -> None:
        """Fires the timer; raises what the function raises."""
        status = {
            "Last": now.isoformat(),
            "Next": self.after(now).isoformat(),
            "LastUpdated": now.isoformat(),
        }
        request = {"IsPastDue": False, "Schedule": {"AdjustForDST": True}, "ScheduleStatus": status}
        self.call(
            **{
                self.argument: TimerRequestConverter.decode(
                    Datum(json.dumps(request), "json"), trigger_metadata=None
                )
            }
        )


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """A function behind an address."""

    name: str
    call: Callable[..., Any]
    argument: str
    route: str
    methods: frozenset[str]

    def invoke(
        self, method: str, url: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> func.HttpResponse:
        """Answers a request; raises what the function raises."""
        request = func.HttpRequest(
            method=method, url=url, headers=headers, params=query, route_params={}, body=body
        )
        response = self.call(**{self.argument: request})
        return response if isinstance(response, func.HttpResponse) else func.HttpResponse(str(response))


LocalFunction = HubFunction | TimerFunction | HttpFunction


def indexed(functions: Iterable[Any]) -> list[LocalFunction]:
    """The functions of an app (`app.get_functions()`); raises TelltaleError for one that cannot run here."""
    return [_function(function) for function in functions]


def _function(function: Any) -> LocalFunction:
    name: str = function.get_function_name()
    call: Callable[..., Any] = function.get_user_function()
    trigger = function.get_trigger()
    kind = trigger.get_binding_name()
    values: Mapping[str, Any] = trigger.get_dict_repr()
    others = {binding.get_binding_name() for binding in function.get_bindings()} - {kind, "http"}
    if others or inspect.iscoroutinefunction(call):
        what = f"the binding {min(others)}" if others else "an async function"
        raise TelltaleError(f"function {name}: the local host does not know {what}")
    if kind == "eventHubTrigger":
        if str(values.get("cardinality")).rpartition(".")[2].lower() != "many":
            raise TelltaleError(
                f"function {name}: the local host hands over batches; declare cardinality MANY"
            )
        hub, group = (
            _resolved(name, str(values.get(key) or "$Default")) for key in ("eventHubName", "consumerGroup")
        )
        return HubFunction(name, call, trigger.name, hub, group, _retry(function))
    if kind == "timerTrigger":
        return TimerFunction(name, call, trigger.name, _schedule(name, str(values["schedule"])))
    if kind == "httpTrigger":
        route = str(values.get("route") or name)
        if "{" in route:
            raise TelltaleError(
                f"function {name}: the local host does not know routes with parameters ({route})"
            )
        methods = values.get("methods") or ("GET", "POST")
        return HttpFunction(
            name,
            call,
            trigger.name,
            route,
            frozenset(str(method).rpartition(".")[2].upper() for method in methods),
        )
    raise TelltaleError(f"function {name}: the local host does not know the trigger {kind}")


def _resolved(name: str, text: str) -> str:
    """`text` with its %SETTINGS% read from the environment, as the host does."""

    def value(match: re.Match[str]) -> str:
        setting = os.environ.get(match[1])
        if not setting:
            raise TelltaleError(
                f"function {name}: the setting {match[1]} is missing, which its trigger names"
            )
        return setting

    return _SETTING.sub(value, text)


def _schedule(name: str, text: str) -> str:
    from croniter import croniter

    schedule = _resolved(name, text)
    if len(schedule.split()) != 6 or not croniter.is_valid(schedule, second_at_beginning=True):
        raise TelltaleError(f"function {name}: {schedule!r} is no schedule; write six fields, seconds first")
    return schedule


@cache
def _times_of_day(schedule: str) -> tuple[int, ...]:
    """The seconds of a day at which a schedule of every day fires; () for one that is bound to days.

    A search of this table takes a microsecond where croniter takes half a millisecond, and weeks have 100,000 firings.
    """
    from croniter import croniter

    if schedule.split()[3:] != ["*", "*", "*"]:
        return ()
    day = datetime(2026, 1, 1, tzinfo=UTC)
    following = croniter(schedule, day - timedelta(seconds=1), second_at_beginning=True)
    seconds = []
    while (moment := following.get_next(datetime)) < day + timedelta(days=1):
        seconds.append((moment - day) // timedelta(seconds=1))
    return tuple(seconds)


def _retry(function: Any) -> Retry | None:
    policy = function.get_settings_dict("retry_policy")
    if not policy:
        return None
    count = int(policy.get("max_retry_count", "0"))
    delay = policy.get("delay_interval")
    least = _interval(delay or policy.get("minimum_interval") or "00:00:01")
    most = least if delay else _interval(policy.get("maximum_interval") or "00:05:00")
    return Retry(None if count < 0 else count, least, most)


def _interval(text: str) -> timedelta:
    hours, minutes, seconds = (float(part) for part in text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
