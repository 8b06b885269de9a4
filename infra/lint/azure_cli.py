"""Parses commands with azure-cli's own parser and runs none.

    python azure_cli.py <commands.jsonl

Runs in an environment of its own, since azure-cli pins what we do not. A line of standard input is [where, arguments,
partial]: `partial` for a command that a text does not write to its end. A line of standard output for each that the
parser refuses: where, the command, what it said. Exit status 1 where there is one. No network, no sign-in.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

from azure.cli.core import get_default_cli

_MISSING = "the following arguments are required"


def refusal(cli: Any, arguments: list[str], *, partial: bool) -> str | None:
    """What the parser says of a command; None where it takes it."""
    invoker = cli.invocation_cls(
        cli_ctx=cli,
        parser_cls=cli.parser_cls,
        commands_loader_cls=cli.commands_loader_cls,
        help_cls=cli.help_cls,
    )
    cli.invocation = invoker
    invoker.data["command_string"] = " ".join(arguments)
    loader = invoker.commands_loader
    loader.load_command_table(arguments)
    command = invoker._rudimentary_get_command(arguments)
    if command not in loader.command_table:
        return "there is no such command"
    loader.command_table = {command: loader.command_table[command]}
    loader.command_name = command
    loader.load_arguments(command)
    invoker.parser.cli_ctx = cli
    invoker.parser.load_command_table(loader)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            invoker.parser.parse_args(arguments)
    except SystemExit:
        message = next((line for line in said.getvalue().splitlines() if line.strip()), "refused")
        return None if partial and _MISSING in message else message
    return None


def main() -> int:
    """Reads the commands, prints what is refused."""
    cli = get_default_cli()
    found = 0
    for line in sys.stdin:
        where, arguments, partial = json.loads(line)
        message = refusal(cli, arguments, partial=partial)
        if message is not None:
            found += 1
            print(f"{where}: az {' '.join(arguments)}: {message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
