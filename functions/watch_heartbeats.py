"""Judges the heartbeat of every source; a timer, because a silent source triggers nothing."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("watch_heartbeats")
@blueprint.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
def watch_heartbeats(timer: func.TimerRequest) -> None:
    """Raise and resolve drift alerts, every five minutes."""
    collector().watch_heartbeats()
