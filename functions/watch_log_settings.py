"""Compares what should be logged, what is configured to be, and what arrives."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("watch_log_settings")
@blueprint.timer_trigger(arg_name="timer", schedule="0 20 * * * *")
def watch_log_settings(timer: func.TimerRequest) -> None:
    """Raise and resolve differences, every hour."""
    collector().watch_log_settings()
