"""Completes windows: judges those that other partitions filled, and sweeps buckets that have passed."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("watch_windows")
@blueprint.timer_trigger(
    arg_name="timer",
    schedule="0 * * * * *",
    use_monitor=False,  # a missed minute needs no catching up: the next one judges the same state
)
def watch_windows(timer: func.TimerRequest) -> None:
    """Judge open windows and sweep old ones, every minute."""
    collector().watch_windows()
