"""What an answer of the Logs Ingestion API means for the rows and for people; pure, for `sentinel.py`.

Source: "Logs Ingestion API in Azure Monitor" on Microsoft Learn.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Final, Literal

from shared.alerts.text import neutralised, shortened
from shared.delivery.trouble import A_WHILE, Trouble

ROLE: Final = "Monitoring Metrics Publisher"
_COLUMN: Final = re.compile(r"column '(\w{1,45})'")


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go, for what is said about it."""

    endpoint: str
    rule_id: str
    stream: str
    scope: str


@dataclass(frozen=True, slots=True)
class ReplyMeaning:
    """What an answer means. `rows`: these rows are at fault, `column`: one of their columns, which the stream lacks;
    `halt`: nothing can be sent now.
    """

    what: Literal["rows", "column", "halt"]
    problem: str
    trouble: Trouble | None = None
    column: str = ""


def judged(status: int | None, code: str, message: str, target: Target) -> ReplyMeaning:
    """The meaning of an answer other than 204, with the service's error code and message where it gives them."""
    said = one_line(f"{status} {code}: {message}" if code else f"{status} {message}")
    if status in {401, 403}:
        fix = (
            f"give its managed identity the role {ROLE} on the data collection rule {target.rule_id}; a new role "
            "assignment takes up to 30 minutes to work"
        )
        return _halted(f"Sentinel refused the app ({said}); {fix}", "no_role", "refuses the collector", fix)
    if status == 404 or (status == 400 and code == "InvalidStream"):
        fix = "check the endpoint, the rule's immutable id and its stream"
        rule = f"the data collection rule {target.rule_id}"
        problem = f"{target.endpoint} has no stream {target.stream} in {rule} ({said})"
        return _halted(f"{problem}; {fix}", "wrong_stream", "has no such data collection rule or stream", fix)
    if status == 400 and code == "UnknownColumn" and (found := _COLUMN.search(message)):
        column = found[1]
        return ReplyMeaning(
            "column", f"Sentinel's stream {target.stream} has no column {column} ({said})", None, column
        )
    if status in {400, 413}:
        return ReplyMeaning("rows", f"Sentinel rejected the row ({said})")
    return ReplyMeaning("halt", f"Sentinel cannot take rows at present ({said})")


def unanswered(error: BaseException, text: str, target: Target) -> ReplyMeaning:
    """The meaning of no answer at all; a name that is unknown or a certificate that is not trusted needs a person if
    it lasts.
    """
    said = one_line(text)
    about = f"{text} {error!r}".lower()
    problem = f"no answer from {target.endpoint}: {said}"
    if "certificate_verify_failed" in about or "certificate verify failed" in about:
        fix = "check the endpoint, and what stands between the app and it: a proxy that opens TLS is not trusted"
        return _halted(
            f"{problem}; {fix}",
            "wrong_certificate",
            "shows a certificate that is not trusted",
            fix,
            late=True,
        )
    if re.search(r"nameresolution|failed to resolve|getaddrinfo|name or service not known", about):
        fix = "check the name of the endpoint, and the app's DNS (a private link needs its private DNS zone)"
        return _halted(f"{problem}; {fix}", "unknown_host", "has a name that is not known", fix, late=True)
    return ReplyMeaning("halt", problem)


def no_token(text: str, target: Target) -> ReplyMeaning:
    """There is no token to call with."""
    fix = "check the app's managed identity"
    return _halted(
        f"no token for {target.scope}: {one_line(text)}; {fix}",
        "no_token",
        "cannot be called without a token",
        fix,
    )


def _halted(problem: str, kind: str, title: str, fix: str, *, late: bool = False) -> ReplyMeaning:
    trouble = Trouble(kind, f"Alerts are held up: Sentinel {title}", problem, _sentence(fix))
    if late:
        trouble = Trouble(kind, trouble.title, problem, trouble.fix, A_WHILE)
    return ReplyMeaning("halt", problem, trouble)


def missing_columns(columns: set[str], target: Target) -> Trouble:
    """The stream lacks columns, and rows go without them."""
    names = ", ".join(sorted(columns))
    return Trouble(
        kind="missing_columns",
        title="Alerts arrive without some columns: the data collection rule lacks them",
        message=f"The stream {target.stream} of {target.rule_id} has no {names}; rows are sent without them.",
        fix="Deploy the table and the data collection rule of this version.",
        evidence={"columns": sorted(columns)},
    )


def refused_rows(count: int, reason: str) -> Trouble:
    """Rows were refused for good."""
    return Trouble(
        kind="rows_refused",
        title="Sentinel rejects alerts; they are set aside for `telltale redrive`",
        message=f"{count} in one delivery; the first: {reason}",
        fix="Compare the table and the data collection rule with this version, then run `telltale redrive`.",
        evidence={"refused": count, "reason": reason},
    )


def refused_every_row(problem: str) -> Trouble:
    """Rows are refused whatever they hold."""
    return Trouble(
        kind="every_row_refused",
        title="Alerts are held up: Sentinel refuses every row",
        message=problem,
        fix="Compare the table and the data collection rule with this version.",
    )


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that the service wants to be left alone for; it may give seconds or a date."""
    with suppress(ValueError):
        seconds = float(value)
        return None if isnan(seconds) else max(seconds, 0.0)
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is not None:
            return max((moment - now).total_seconds(), 0.0)
    return None


def one_line(text: object) -> str:
    """A text from the network in one short line that is safe to log."""
    return shortened(neutralised(" ".join(str(text).split())), 400)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
