"""Normalise results: Azure's and other clouds' words and codes to ASIM's Success, Partial, Failure, NA."""

from __future__ import annotations

from typing import Any

from shared.events.paths import as_text

SUCCESS = "Success"
FAILURE = "Failure"
PARTIAL = "Partial"
NOT_AVAILABLE = "NA"

_WORDS = {
    **dict.fromkeys(
        ("success", "succeeded", "successful", "ok", "true", "yes", "0", "passed", "noerror"), SUCCESS
    ),
    **dict.fromkeys(("allow", "allowed", "accept", "accepted", "permit", "permitted", "granted"), SUCCESS),
    **dict.fromkeys(("completed", "complete", "created", "applied", "active", "resolved"), SUCCESS),
    **dict.fromkeys(
        ("failure", "failed", "fail", "error", "false", "no", "fraud", "rejected", "reject"), FAILURE
    ),
    **dict.fromkeys(("deny", "denied", "block", "blocked", "drop", "dropped", "challenge"), FAILURE),
    **dict.fromkeys(("unauthorized", "forbidden", "clienterror", "servererror", "badrequest"), FAILURE),
    **dict.fromkeys(
        ("canceled", "cancelled", "timeout", "timedout", "aborted", "notfound", "conflict"), FAILURE
    ),
    **dict.fromkeys(("partial", "partialsuccess", "partiallysucceeded"), PARTIAL),
    **dict.fromkeys(
        ("start", "started", "accepting", "inprogress", "running", "pending", "skipped"), NOT_AVAILABLE
    ),
    **dict.fromkeys(("none", "na", "notavailable", "unknown", "skipdata", "nodata"), NOT_AVAILABLE),
}


def result_word(value: Any) -> str | None:
    """Success, Partial, Failure or NA for a result's word or an HTTP status; None where it says nothing."""
    text = as_text(value)
    if text is None:
        return None
    word = text.rstrip(".").replace(" ", "").replace("_", "").replace("/", "").lower()
    known = _WORDS.get(word)
    if known:
        return known
    if word.isdigit() and len(word) == 3:
        return SUCCESS if word < "400" else FAILURE
    return FAILURE if word.startswith(("fail", "error", "denied", "unauthor", "forbid")) else None


def result_status(value: Any) -> str | None:
    """As `result_word`, also for an object `{value, localizedValue}`."""
    return result_word(value.get("value") if isinstance(value, dict) else value)


def result_code(value: Any) -> str | None:
    """For error codes where 0 is success and every other code a failure (Entra sign-ins)."""
    text = as_text(value)
    if text is None:
        return None
    word = text.lower()
    if word.lstrip("-").isdigit():
        return SUCCESS if word == "0" else FAILURE
    return result_word(text)
