"""The command line, `telltale`: puts the commands together and gives every error one clear line.

Exit status: 0 done, 1 findings of a check, 2 bad usage or input, 130 after Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from cli.checkout import is_checkout, need_checkout
from cli.commands.check import check
from cli.commands.cost import cost
from cli.commands.coverage import coverage
from cli.commands.decode import decode
from cli.commands.detectors import detectors
from cli.commands.examples import examples
from cli.commands.fleet import app as fleet
from cli.commands.health import health
from cli.commands.new_detector import new_detector
from cli.commands.redrive import redrive
from cli.commands.replay import replay
from cli.commands.send import send
from cli.commands.uninstall import uninstall
from cli.terminal import note
from shared.base.errors import TelltaleError
from shared.base.version import VERSION
from shared.storage import StorageError

TRACEBACK: Final = "TELLTALE_TRACEBACK"
_WHATEVER_IS_ASKED: Final = {"allow_extra_args": True, "ignore_unknown_options": True}


app = typer.Typer(
    name="telltale",
    help="Detections, telemetry heartbeats and drift alerts over Event Hubs, for Microsoft Sentinel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _add_run() -> None:
    """The command `run`, which a checkout has in `lab/`; what is installed has no stand-ins and no made-up traffic."""
    if is_checkout():
        app.command("run")(import_module("lab.demo.command").run)
        return

    @app.command("run", context_settings=_WHATEVER_IS_ASKED)
    def run() -> None:
        """Play a scenario without Azure; needs a checkout of the project."""
        need_checkout("run plays made-up traffic")


_add_run()
for command in (
    decode,
    replay,
    detectors,
    coverage,
    health,
    check,
    cost,
    send,
    redrive,
    new_detector,
    examples,
    uninstall,
):
    app.command(command.__name__.replace("_", "-"))(command)
app.add_typer(fleet)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"telltale {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Holds the options of `telltale` itself."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits; `arguments` in place of those of the process."""
    sys.exit(run_command(arguments))


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status; says what went wrong in one line on standard error."""
    _log_in_one_line()
    try:
        status = app(args=arguments, prog_name="telltale", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except (TelltaleError, StorageError) as error:
        _show_traceback()
        for line in str(error).splitlines():
            note(f"telltale: {line}")
        return 2
    except Exception as error:  # noqa: BLE001 - the last resort, which says how to see more
        return _unexpected(error)
    return status if isinstance(status, int) else 0


def _unexpected(error: Exception) -> int:
    _show_traceback()
    usage = getattr(error, "format_message", None)
    if usage is not None:  # what typer raises for a wrong option or argument
        message = " ".join(str(usage()).split())
        note(f"telltale: {message or 'no command was given'}; `telltale --help` shows what there is")
    elif isinstance(error, OSError) and error.strerror:
        note(f"telltale: {error.filename or 'the system'}: {error.strerror}")
    else:
        note(
            f"telltale: internal error, {type(error).__name__}: {error}; {TRACEBACK}=1 shows where, please report it"
        )
    return 2


def _show_traceback() -> None:
    if os.environ.get(TRACEBACK):
        traceback.print_exc()


class _OneLine(logging.Formatter):
    """A log line without its traceback, unless that is wanted."""

    def format(self, record: logging.LogRecord) -> str:
        if not os.environ.get(TRACEBACK):
            record.exc_info = record.exc_text = None
        return super().format(record)


def _log_in_one_line() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("azure.identity").setLevel(logging.CRITICAL)  # it logs what it raises as well


if __name__ == "__main__":
    main()
