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
from typing import Any, NamedTuple

from shared.events.addresses import normalise_address
from shared.events.lenient import loads_lenient
from shared.events.paths import Record, as_text
from shared.events.source import Field

_MOST_VALUES = 400
_MOST_OF_A_LIST = 4
_DEEPEST = 7
_LONGEST_VALUE = 320
_LONGEST_KEY = 64

_NEVER = 9
"""The rank of what a key does not name."""

_ACTOR = re.compile(
    r"(?:actor|users?|useridentity|principal|identity|claims?|initiat(?:or|edby)|createdby|performedby|modifiedby|caller"
    r"|callerinfo|sender|request(?:er|or)|operator|author|person|authenticationinfo|accesskeydetails|impersonateduser"
    r"|auth|session|sessioncontext|sessionissuer|subject|serviceaccount)"
)
_ACTOR_PREFIX = re.compile(
    r"(?:actor|user|principal|caller|initiat|sender|request(?:er|or)|operator|login|createdby)"
)
_TARGET = re.compile(
    r"(?:target|resource|object|entit|recipient|new|old|affected|modified|dest|dst|grant|response|requestparam|requestobj"
    r"|requestbody|param|asset|file|repo|org|team|comment|issue|pullreq|workflow|alert|finding|enrich|member|answer"
    r"|server|local|host|peer|viewer|approver|assignee)"
)
_USERNAMES = (
    re.compile(r"(?:.*upn|.*userprincipalname|.*principalemail|alternateid|accountobjectname)"),
    re.compile(r"(?:.*email|.*emailaddress|.*mail)"),
    re.compile(
        r"(?:.*username|.*loginname|login|user|actor|principal|operator|request(?:er|or)|caller|initiatedby|createdby"
        r"|performedby|author|samaccountname|accountname|actorname|serviceaccount|identity|urnormalized|onbehalfof)"
    ),
    re.compile(r"(?:.*displayname|name|fullname|nickname|realname)"),
    re.compile(r"(?:.*arn|principalsubject|.*userid|.*principalid)"),
)
_ONLY_BELOW_ACTOR = 3  # the rank of `name`, which names anything
_USER_IDS = (
    re.compile(r"(?:.*user|.*actor|.*principal|caller|.*object)(?:id|uuid|guid|gid|key)"),
    re.compile(r"(?:id|gid|uid|uuid|oid|sid|profileid|accountid|.*memberid|accesskeyid|usersid)"),
)
_ADDRESSES = (
    re.compile(
        r"(?:client|c|source|src|remote|caller|user|actor|request|login|initiat(?:or|ing)|external|public|device)"
        r"(?:ip|addr|ipaddr|address|ipaddress)(?:v[46]|s)?|addrremote|remotehost|aip|xforwardedfor"
    ),
    re.compile(r"(?:ip|ipaddr|ipaddress|ipaddresses|ips|addr|address|host)(?:v[46])?"),
    re.compile(r".*(?:ip|ipaddr|ipaddress)(?:v[46])?"),
)


class Kind(NamedTuple):
    """What a key names: an actor, something done by one (`userEmail`), a target; and the rank of its value."""

    actor: bool
    acting: bool
    target: bool
    username: int
    user_id: int
    address: int


@lru_cache(maxsize=8192)
def kind_of(key: str) -> Kind:
    """What `key` names, whatever its case and separators."""
    name = re.sub(r"[^a-z0-9]", "", key[:_LONGEST_KEY].lower())
    return Kind(
        actor=_ACTOR.fullmatch(name) is not None,
        acting=_ACTOR_PREFIX.match(name) is not None,
        target=key.startswith("p_") or _TARGET.match(name) is not None,
        username=_rank(_USERNAMES, name),
        user_id=_rank(_USER_IDS, name),
        address=_rank(_ADDRESSES, name),
    )


def _rank(patterns: tuple[re.Pattern[str], ...], name: str) -> int:
    return next((rank for rank, pattern in enumerate(patterns) if pattern.fullmatch(name)), _NEVER)


class _Place(NamedTuple):
    """A value, the kind of its key, and what it stands below."""

    value: Any
    kind: Kind
    below_actor: bool
    directly: bool
    of_target: bool


_TOP = Kind(False, False, False, _NEVER, _NEVER, _NEVER)


def _places(record: Record) -> Iterator[_Place]:
    """The scalars of a record, the shallow ones first, up to a bound."""
    queue: deque[tuple[Any, Kind, bool, bool, bool, int]] = deque([(record, _TOP, False, False, False, 0)])
    seen = 0
    while queue and seen < _MOST_VALUES:
        value, kind, below_actor, directly, below_target, depth = queue.popleft()
        seen += 1
        if isinstance(value, str) and value[:1] in ("{", "[") and depth < _DEEPEST:
            value = loads_lenient(value) or value
        if isinstance(value, dict) and depth < _DEEPEST:
            actor, target = below_actor or kind.actor, below_target or kind.target
            for number, (key, inner) in enumerate(value.items()):
                if number >= _MOST_VALUES:
                    break
                queue.append((inner, kind_of(key), actor, kind.actor, target, depth + 1))
        elif isinstance(value, list) and depth < _DEEPEST:
            for inner in value[:_MOST_OF_A_LIST]:
                queue.append((inner, kind, below_actor, directly, below_target, depth + 1))
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield _Place(value, kind, below_actor, directly, below_target or kind.target)


def find_username(record: Record) -> str | None:
    """The name of who acted: the best-ranked e-mail address, login or name, those of an actor first."""

    def rank(place: _Place) -> tuple[int, int] | None:
        username = place.kind.username
        if username == _NEVER or (username == _ONLY_BELOW_ACTOR and not place.directly) or place.of_target:
            return None
        return (_context(place), username) if isinstance(place.value, str) else None

    return _best(record, rank, _short_text)


def find_user_id(record: Record) -> str | None:
    """The id of who acted."""

    def rank(place: _Place) -> tuple[int, int] | None:
        if (
            place.kind.user_id == _NEVER
            or (place.kind.user_id == 1 and not place.directly)
            or place.of_target
        ):
            return None
        return _context(place), place.kind.user_id

    return _best(record, rank, _short_text)


def find_address(record: Record) -> str | None:
    """The network address that the action came from."""

    def rank(place: _Place) -> tuple[int, int] | None:
        return None if place.kind.address == _NEVER or place.of_target else (0, place.kind.address)

    return _best(record, rank, lambda value: normalise_address(value) if isinstance(value, str) else None)


def _context(place: _Place) -> int:
    return 0 if place.below_actor or place.kind.acting or place.kind.actor else 1


def _short_text(value: Any) -> str | None:
    text = as_text(value)
    return text if text and len(text) <= _LONGEST_VALUE else None


def _best(
    record: Record, rank: Callable[[_Place], tuple[int, int] | None], accept: Callable[[Any], str | None]
) -> str | None:
    best: tuple[int, int] = (_NEVER, _NEVER)
    found: str | None = None
    for place in _places(record):
        ranked = rank(place)
        if ranked is not None and ranked < best:
            accepted = accept(place.value)
            if accepted is not None:
                best, found = ranked, accepted
                if ranked == (0, 0):
                    break
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
