"""Parses commands with azure-cli's own parser and runs none.

    python azure_cli.py <commands.jsonl

Runs in an environment of its own, since azure-cli pins what we do not. A line of standard input is [where, arguments,
partial]: `partial` for a command that a text does not write to its end, of which only what stands there is judged. A
line of standard output for each that the parser refuses: where, the command, what it said; then one that says how many
were parsed. Exit status 1 where one was refused or there was none. No network, no sign-in.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from typing import Any

from azure.cli.core import get_default_cli
from azure.cli.core.azclierror import AzCLIError
from knack.events import EVENT_INVOKER_CMD_TBL_LOADED, EVENT_INVOKER_POST_PARSE_ARGS
from knack.util import CLIError


class _Parsed(Exception):  # noqa: N818 - not an error
    """The command is parsed, and goes no further."""


class Parser:
    """azure-cli as far as its parser."""

    def __init__(self) -> None:
        self._cli = get_default_cli()
        self._partial = False
        self._cli.register_event(EVENT_INVOKER_CMD_TBL_LOADED, self._loaded)
        self._cli.register_event(EVENT_INVOKER_POST_PARSE_ARGS, self._parsed)

    def refusal(self, arguments: list[str], *, partial: bool) -> str | None:
        """What the parser says of a command; None where it takes it."""
        self._partial = partial
        if not partial or not arguments[-1].startswith("--"):
            return self._said(arguments)
        # The value of an option is left out, unless it is a flag. Whether there is such an option is judged either way.
        message = self._said([*arguments, "LEFT_OUT"])
        return (
            self._said(arguments)
            if message is not None and message.endswith("arguments: LEFT_OUT")
            else message
        )

    def _said(self, arguments: list[str]) -> str | None:
        cli = self._cli
        cli.invocation = cli.invocation_cls(
            cli_ctx=cli,
            parser_cls=cli.parser_cls,
            commands_loader_cls=cli.commands_loader_cls,
            help_cls=cli.help_cls,
        )
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                cli.invocation.execute(list(arguments))
        except _Parsed:
            return None
        except SystemExit:
            pass
        except (CLIError, AzCLIError) as refused:
            # A resource is named by its own options or by --ids, which is looked at after parsing.
            return None if self._partial and "are required" in str(refused) else str(refused)
        return next((line for line in said.getvalue().splitlines() if line.strip()), "refused")

    def _loaded(self, _: Any, parser: argparse.ArgumentParser, **__: Any) -> None:
        if self._partial:
            _ask_for_nothing(parser)

    def _parsed(self, _: Any, **__: Any) -> None:
        raise _Parsed


def _ask_for_nothing(parser: argparse.ArgumentParser) -> None:
    """No option is required any more. argparse looks for missing ones before it looks for unknown ones."""
    for group in parser._mutually_exclusive_groups:
        group.required = False
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in {id(one): one for one in action.choices.values()}.values():
                _ask_for_nothing(below)
        else:
            action.required = False


def main() -> int:
    """Reads the commands, prints what is refused and how many there were."""
    parser = Parser()
    parsed = refused = 0
    for line in sys.stdin:
        where, arguments, partial = json.loads(line)
        parsed += 1
        message = parser.refusal(arguments, partial=partial)
        if message is not None:
            refused += 1
            print(f"{where}: az {' '.join(arguments)}: {message}")
    print(f"lint-infra: {parsed} az commands parsed by azure-cli, {refused} refused")
    return 1 if refused or not parsed else 0


if __name__ == "__main__":
    sys.exit(main())
