"""Find who acted, and from which address, in a record whose make nobody has declared.

Key names are judged by the words that products use for actors and addresses, and by what they stand below: the
`email` of an `actor` counts before any other, that of a `target` never. Used by the sources of `sources/generic.py`,
as the last resort after their declared paths; a kind of record that matters deserves a source of its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from shared.events._addresses import normalise_address
from shared.events.lenient_json import loads_lenient
from shared.events.paths import Record, as_text
from shared.events.source_definition import Field

_MOST_VALUES = 400
_MOST_OF_A_LIST = 4
_DEEPEST = 7
_LONGEST_VALUE = 320
_LONGEST_KEY = 64

_NEVER = 9
"""The rank of what a key does not name."""

_STRONG, _WEAK, _NONE = 0, 1, 2
"""How surely something belongs to who acted: below an `actor`; below a `user`, who may be anyone; neither."""

_ACTORS = (
    re.compile(r"actor|useridentity|caller|initiatedby"),
    re.compile(r"users?|identity|claims?|createdby|serviceaccount|principal"),
)
_ACTING = (re.compile(r"(?:actor|caller|initiat).*"), re.compile(r"(?:user|principal|sender|login).*"))
_TARGET = re.compile(r"target|resource|object|recipient|dest|dst|response|requestparam|server|local")
_USERNAMES = (
    re.compile(r".*upn|.*userprincipalname|alternateid"),
    re.compile(r".*email|.*emailaddress"),
    re.compile(
        r".*username|.*loginname|login|user|actor|actorname|principal|operator|requester|caller|identity|serviceaccount"
    ),
    re.compile(r".*displayname|name"),
    re.compile(r".*arn|.*userid"),
)
_DIRECTLY_BELOW = 3  # the rank of `name`, which names anything
_OF_ACTOR_ONLY = 4  # the rank of `arn`
_USER_IDS = (re.compile(r"id|gid|oid|accountid"), re.compile(r"(?:.*user|.*actor|.*principal|.*object)id"))
_ADDRESSES = (
    re.compile(r"(?:client|source|src|remote|caller)(?:ip|addr|address|ipaddress)s?|addrremote"),
    re.compile(r"ip|ipaddress(?:v[46])?"),
    re.compile(r".*(?:ip|ipaddr|ipaddress)"),
)


class Kind(NamedTuple):
    """What a key names: how surely what stands below it, and itself, is of who acted; and the ranks of its value."""

    below: int
    itself: int
    target: bool
    username: int
    user_id: int
    address: int


@lru_cache(maxsize=8192)
def kind_of(key: str) -> Kind:
    """What `key` names, whatever its case and separators."""
    name = re.sub(r"[^a-z0-9]", "", key[:_LONGEST_KEY].lower())
    below = min(_rank(_ACTORS, name), _NONE)
    return Kind(
        below=below,
        itself=min(below, _rank(_ACTING, name)),
        target=_TARGET.match(name) is not None,
        username=_rank(_USERNAMES, name),
        user_id=_rank(_USER_IDS, name),
        address=_rank(_ADDRESSES, name),
    )


def _rank(patterns: tuple[re.Pattern[str], ...], name: str) -> int:
    return next((rank for rank, pattern in enumerate(patterns) if pattern.fullmatch(name)), _NEVER)


class _GuessedValue(NamedTuple):
    """A value, the kind of its key, and what it stands below: how near to an actor, at once or at all, or a target."""

    value: Any
    kind: Kind
    directly: int
    anywhere: int
    of_target: bool
    depth: int

    @property
    def closeness(self) -> int:
        return min(self.anywhere, self.kind.itself)


def _places(record: Record) -> Iterator[_GuessedValue]:
    """The scalars of a record that are not a target's, the shallow ones first, up to a bound."""
    top = Kind(_NONE, _NONE, False, _NEVER, _NEVER, _NEVER)
    queue = deque([_GuessedValue(record, top, _NONE, _NONE, False, 0)])
    room = _MOST_VALUES
    while queue:
        place = queue.popleft()
        value, kind, directly, anywhere, of_target, depth = place
        if isinstance(value, str) and value[:1] in ("{", "[") and depth < _DEEPEST:
            value = loads_lenient(value) or value
        if isinstance(value, dict) and depth < _DEEPEST:
            near = min(anywhere, kind.below)
            for key, inner in islice(value.items(), room):
                named = kind_of(key)
                queue.append(
                    _GuessedValue(inner, named, kind.below, near, of_target or named.target, depth + 1)
                )
            room = max(0, room - len(value))
        elif isinstance(value, list) and depth < _DEEPEST:
            for inner in islice(value, min(room, _MOST_OF_A_LIST)):
                queue.append(_GuessedValue(inner, kind, directly, anywhere, of_target, depth + 1))
                room -= 1
        elif isinstance(value, str | int) and not isinstance(value, bool) and not of_target:
            yield place


def find_username(record: Record) -> str | None:
    """The name of who acted: the best-ranked e-mail address, login or name, those of an actor first."""

    def rank(place: _GuessedValue) -> tuple[int, int] | None:
        username = place.kind.username
        if username == _NEVER or not isinstance(place.value, str):
            return None
        if username == _DIRECTLY_BELOW and min(place.directly, place.kind.itself) == _NONE:
            return None
        if username == _OF_ACTOR_ONLY and place.closeness == _NONE:
            return None
        return place.closeness, username

    return _best(record, rank, _short_text)


def find_user_id(record: Record) -> str | None:
    """The id of who acted."""

    def rank(place: _GuessedValue) -> tuple[int, int] | None:
        user_id = place.kind.user_id
        if user_id == _NEVER or (user_id == 0 and place.directly == _NONE):
            return None
        return place.closeness, user_id

    return _best(record, rank, _short_text)


def find_address(record: Record) -> str | None:
    """The network address that the action came from."""

    def rank(place: _GuessedValue) -> tuple[int, int] | None:
        return None if place.kind.address == _NEVER else (0, place.kind.address)

    return _best(record, rank, lambda value: normalise_address(value) if isinstance(value, str) else None)


def _short_text(value: Any) -> str | None:
    text = as_text(value)
    return text if text and len(text) <= _LONGEST_VALUE else None


def _best(
    record: Record,
    rank: Callable[[_GuessedValue], tuple[int, int] | None],
    accept: Callable[[Any], str | None],
) -> str | None:
    best: tuple[int, int] = (_NEVER, _NEVER)
    found: str | None = None
    for place in _places(record):
        ranked = rank(place)
        if ranked is not None and ranked < best:
            accepted = accept(place.value)
            if accepted is not None:
                best, found = ranked, accepted
    return found


class Guessed(Field):
    """A field with declared paths that, where they lead to nothing, is searched for in the whole record."""

    __slots__ = ()

    def __init__(
        self, *paths: str, find: Callable[[Record], str | None], normalise: Callable[[Any], Any] = as_text
    ) -> None:
        super().__init__(
            *paths,
            normalise=lambda value: find(value) if isinstance(value, dict) else normalise(value),
            takes_objects=True,
        )
        self.paths = (*self.paths, ())  # the empty path leads to the record itself
