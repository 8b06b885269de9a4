"""Checks that alerts which Microsoft Sentinel accepted can be queried there."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("watch_arrival")
@blueprint.timer_trigger(
    arg_name="timer",
    schedule="45 7,22,37,52 * * * *",
    use_monitor=False,  # what was missed is within what the next look asks for
)
def watch_arrival(timer: func.TimerRequest) -> None:
    """Ask for what was accepted in the last hours, every quarter of an hour."""
    collector().watch_arrival()
