"""The contract for events of the customer's own applications: every field is declared here, once.

The check of the collector (`_check.py`), the JSON Schema (`build/application_schema.py`) and the table of
`docs/application-events.md` are made from `FIELDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

CONTRACT: Final = "telltale.app/1"
"""The version that senders of today name."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldRule:
    """A field: what it means, and what it may hold. One that is not `required` may also be null or absent.

    least, greatest: of a number. longest: characters of a text. pattern: what a text must match, in the syntax that
    Python and JSON Schema share. is_time: the text must be a time that `parse_time` reads, which no schema can say.

    A text that users of an application choose (names, user agents, URLs, parameters of an event) has no greatest
    length: otherwise a long user agent would be a way past every detector.
    """

    name: str
    description: str
    kind: Literal["text", "number", "object"] = "text"
    required: bool = False
    examples: tuple[Any, ...] = ()
    least: int = 0
    greatest: int = 0
    longest: int | None = None
    pattern: str | None = None
    is_time: bool = False


FIELDS: Final = (
    FieldRule(
        "schema",
        "The version of this contract. Minor versions only add fields.",
        examples=(CONTRACT,),
        required=True,
        pattern=r"^telltale\.app/1(\.[0-9]{1,3})?$(?!\n)",
    ),
    FieldRule(
        "time",
        "When it happened: RFC 3339, in UTC.",
        examples=("2026-03-01T12:00:00.000Z",),
        required=True,
        is_time=True,
    ),
    FieldRule(
        "app",
        "The application, by the name under which analysts know it; the same in every event.",
        examples=("billing",),
        required=True,
        longest=64,
        pattern=r"\S",
    ),
    FieldRule(
        "event",
        "What happened. Parameters may follow the name after a colon: authn_login_fail:ann.",
        examples=("authn_login_fail", "authn_login_fail:ann", "invoice_approved"),
        required=True,
        pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}(:|$(?!\n))",
    ),
    FieldRule("event_id", "Your own id of the event, unique within the application."),
    FieldRule(
        "result",
        "Success, Partial, Failure or NA, in any case. Usual words (ok, denied) and HTTP statuses are read "
        "too; others give no result.",
        examples=("Success", "Partial", "Failure", "NA"),
    ),
    FieldRule(
        "result_details",
        "Why, as a word that is always the same.",
        examples=("wrong_password", "unknown_user"),
    ),
    FieldRule("level", "How serious the application thinks it is.", examples=("WARN",)),
    FieldRule("description", "A sentence for people. No secrets, no whole documents."),
    FieldRule(
        "tenant_id", "The customer of the application in whose name the actor acts; not the Entra tenant."
    ),
    FieldRule(
        "session_id", "The session, by a name with which nobody can take it over: a hash of its token."
    ),
    FieldRule("correlation_id", "What ties together the events of one request, such as a W3C trace id."),
    FieldRule("actor_user_id", "Who acted: an id that never changes. Absent where nobody is signed in."),
    FieldRule(
        "actor_username", "Who acted, as people write it; of a failed sign-in, the name that was tried."
    ),
    FieldRule(
        "actor_user_type", "What kind of actor.", examples=("User", "Admin", "Service", "System", "Anonymous")
    ),
    FieldRule(
        "src_ip_addr",
        "The address of the client, as your outermost proxy saw it; not what the client says of itself.",
        examples=("203.0.113.7",),
    ),
    FieldRule(
        "src_geo_country", "The country of that address, if the application knows it.", examples=("SE",)
    ),
    FieldRule("http_user_agent", "The User-Agent header as it came."),
    FieldRule("http_method", "The method of the request.", examples=("POST",)),
    FieldRule(
        "http_status_code",
        "The status of the answer, as a number.",
        examples=(403,),
        kind="number",
        least=0,
        greatest=999,
    ),
    FieldRule(
        "url", "Path of the request, without a query that holds secrets.", examples=("/api/invoices/17",)
    ),
    FieldRule("target_type", "What kind of thing was acted on.", examples=("invoice",)),
    FieldRule("target_id", "The id of the thing."),
    FieldRule("target_name", "The thing, as people call it."),
    FieldRule("target_user_id", "The user who was acted on, by id."),
    FieldRule("target_username", "The user who was acted on, by name."),
    FieldRule(
        "target_tenant_id",
        "The customer to whom the thing belongs. Where it differs from tenant_id, one customer reached into "
        "another's data.",
    ),
    FieldRule(
        "count",
        "How many like this one the event stands for; 1 if absent.",
        kind="number",
        least=1,
        greatest=1_000_000_000,
    ),
    FieldRule(
        "details",
        "Anything else, as an object. Detectors read it by path: details.reason.",
        examples=({"reason": "wrong_password"},),
        kind="object",
    ),
)
