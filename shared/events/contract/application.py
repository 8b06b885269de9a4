"""The contract for events of the customer's own applications, as a pydantic model and as a JSON Schema.

For whoever sends such events or checks them before they are sent; `docs/application-events.md` explains it. The
collector itself checks with `contract_check.py`, which is the same contract without pydantic.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.events.contract._check import (
    CONTRACT,
    EVENT_PATTERN,
    GREATEST_COUNT,
    LONGEST_APP,
    SCHEMA_PATTERN,
    is_app,
    is_time,
)
from shared.events.contract.owasp_terms import TERMS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def _readable(text: str) -> str:
    if not is_time(text):
        raise ValueError("cannot be read; write it like 2026-03-01T12:00:00.000Z")
    return text


def _no_blank(text: str) -> str:
    if not is_app(text):
        raise ValueError("holds nothing but blanks")
    return text


def _names_of_the_vocabulary(schema: dict[str, Any]) -> None:
    """Offers the names to editors, with what they mean, and still allows others."""
    schema["anyOf"] = [
        {
            "title": "A name of the OWASP Application Logging Vocabulary",
            "oneOf": [
                {"const": term.name, "description": f"{term.name}[:{term.parameters}]: {term.meaning}."}
                for term in TERMS
            ],
        },
        {
            "title": "Such a name with parameters, or a name of your own",
            "pattern": schema.pop("pattern"),
        },
    ]


Time = Annotated[str, AfterValidator(_readable)]
App = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_APP), AfterValidator(_no_blank)]


class ApplicationEvent(BaseModel):
    """Something that happened in an application and matters to its security.

    Fields that this version does not name are kept; detectors can read them. A field that has no value is left out,
    or null. Texts have no greatest length but that of the message (1 MiB); cut long ones to about 1,000 characters.
    """

    model_config = ConfigDict(strict=True, extra="allow", regex_engine="python-re", title="Application event")

    schema_: Annotated[str, StringConstraints(pattern=SCHEMA_PATTERN)] = Field(
        alias="schema",
        description="The version of this contract. Minor versions only add fields.",
        examples=[CONTRACT],
    )
    time: Time = Field(
        description="When it happened: RFC 3339, in UTC.",
        examples=["2026-03-01T12:00:00.000Z"],
        json_schema_extra={"format": "date-time"},
    )
    app: App = Field(
        description="The application, by the name under which analysts know it; the same in every event.",
        examples=["billing"],
        json_schema_extra={"pattern": r"\S"},
    )
    event: Annotated[str, StringConstraints(pattern=EVENT_PATTERN)] = Field(
        description="What happened. Parameters may follow the name after a colon: authn_login_fail:ann.",
        examples=["authn_login_fail", "authn_login_fail:ann", "invoice_approved"],
        json_schema_extra=_names_of_the_vocabulary,
    )
    event_id: str | None = Field(None, description="Your own id of the event, unique within the application.")
    result: str | None = Field(
        None,
        description="Success, Partial, Failure or NA, in any case. Usual words (ok, denied) and HTTP statuses are "
        "read too; others give no result.",
        examples=["Success", "Partial", "Failure", "NA"],
    )
    result_details: str | None = Field(
        None,
        description="Why, as a word that is always the same.",
        examples=["wrong_password", "unknown_user"],
    )
    level: str | None = Field(
        None, description="How serious the application thinks it is.", examples=["WARN"]
    )
    description: str | None = Field(
        None, description="A sentence for people. No secrets, no whole documents."
    )
    tenant_id: str | None = Field(
        None,
        description="The customer of the application in whose name the actor acts; not the Entra tenant.",
    )
    session_id: str | None = Field(
        None,
        description="The session, by a name with which nobody can take it over: a hash of its token.",
    )
    correlation_id: str | None = Field(
        None, description="What ties together the events of one request, such as a W3C trace id."
    )
    actor_user_id: str | None = Field(
        None, description="Who acted: an id that never changes. Absent where nobody is signed in."
    )
    actor_username: str | None = Field(
        None, description="Who acted, as people write it; of a failed sign-in, the name that was tried."
    )
    actor_user_type: str | None = Field(
        None, description="What kind of actor.", examples=["User", "Admin", "Service", "System", "Anonymous"]
    )
    src_ip_addr: str | None = Field(
        None,
        description="The address of the client, as your outermost proxy saw it; not what the client says of itself.",
        examples=["203.0.113.7"],
    )
    src_geo_country: str | None = Field(
        None, description="The country of that address, if the application knows it.", examples=["SE"]
    )
    http_user_agent: str | None = Field(None, description="The User-Agent header as it came.")
    http_method: str | None = Field(None, description="The method of the request.", examples=["POST"])
    http_status_code: int | None = Field(
        None, ge=0, le=999, description="The status of the answer, as a number.", examples=[403]
    )
    url: str | None = Field(
        None,
        description="Path of the request, without a query that holds secrets.",
        examples=["/api/invoices/17"],
    )
    target_type: str | None = Field(
        None, description="What kind of thing was acted on.", examples=["invoice"]
    )
    target_id: str | None = Field(None, description="The id of the thing.")
    target_name: str | None = Field(None, description="The thing, as people call it.")
    target_user_id: str | None = Field(None, description="The user who was acted on, by id.")
    target_username: str | None = Field(None, description="The user who was acted on, by name.")
    target_tenant_id: str | None = Field(
        None,
        description="The customer to whom the thing belongs. Where it differs from tenant_id, one customer reached "
        "into another's data.",
    )
    count: int | None = Field(
        None, ge=1, le=GREATEST_COUNT, description="How many like this one the event stands for; 1 if absent."
    )
    details: dict[str, Any] | None = Field(
        None,
        description="Anything else, as an object. Detectors read it by path: details.reason.",
        examples=[{"reason": "wrong_password"}],
    )


def json_schema() -> dict[str, Any]:
    """The contract as a JSON Schema (2020-12)."""
    return {"$schema": DIALECT, **ApplicationEvent.model_json_schema(by_alias=True)}
