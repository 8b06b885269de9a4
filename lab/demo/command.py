"""`telltale run`: the local collector plays an hour of an imaginary company, then serves its status page."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Annotated, Final

import typer

from cli.declared import AsJson, declared, detectors
from cli.terminal import Terminal, flush, note, write_json
from shared.base.errors import TelltaleError

MOST_PORTS: Final = 65535

_SETTINGS = typer.Option(
    "--settings", metavar="FILE", help="A customer's declarations; else those of the imaginary company."
)


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Play the scenario, show its alerts and exit.")
    ] = False,
    as_json: AsJson = False,
    port: Annotated[
        int, typer.Option(help="Where the status page is served on this machine; 0 takes a free port.")
    ] = 7071,
    settings: Annotated[Path | None, _SETTINGS] = None,
) -> None:
    """Play a scenario through the function app, without Azure, and serve its status page."""
    from cli.state import STORE, keep_declarations, new_run
    from lab.azure.web import WebServer
    from lab.demo.progress import shown
    from lab.demo.scenario import DECLARATIONS, SEED, START, Scenario
    from lab.demo.summary import summary
    from shared.collector.tuning import check_declared, tuned
    from shared.events.registry import registry

    if not 0 <= port <= MOST_PORTS:
        raise TelltaleError(f"--port {port}: write a number from 0 (which takes a free one) to {MOST_PORTS}")
    if settings is not None:  # what is wrong with them is told before anything is made
        declarations, known = declared(settings), detectors()
        check_declared(declarations, known, registry())
        tuned(known, declarations)
    with ExitStack() as opened:
        server = None if once else opened.enter_context(WebServer(port))
        run_directory = opened.enter_context(new_run())
        chosen = settings or DECLARATIONS
        keep_declarations(chosen, run_directory.path)
        scenario = opened.enter_context(Scenario(run_directory.path, chosen))
        if server is not None:
            server.serve(scenario.host)
        note(f"playing an hour of {SEED.capitalize()}, an imaginary company, from {START:%Y-%m-%d %H:%M} UTC")
        with shown() as watch:
            outcome = scenario.play(watch)
        run_directory.keep()
        page = f"{server.url}/api/status" if server is not None else None
        if as_json:
            for row in outcome.rows:
                write_json(row)
            flush()
        else:
            Terminal().print(summary(outcome, run_directory.path / STORE, page))
        if not outcome.is_exact:
            note("the run did not hold what it must: see the last lines above")
            raise typer.Exit(1)
        if page is not None:
            note(f"status page: {page} (Ctrl-C ends)")
            _wait()


def _wait() -> None:
    """Until Ctrl-C, which is the ordinary end."""
    try:
        Event().wait()
    except KeyboardInterrupt:
        note("")
