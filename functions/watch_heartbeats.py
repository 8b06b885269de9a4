"""Judges every source's heartbeat, so that silence is noticed although nothing arrives to notice it by."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("watch_heartbeats")
@blueprint.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
def watch_heartbeats(timer: func.TimerRequest) -> None:
    """Raise and resolve drift alerts, every five minutes."""
    collector().watch_heartbeats()
