"""Delivers the outbox; alerts that fail stay in it for the next run."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("deliver")
@blueprint.timer_trigger(
    arg_name="timer",
    schedule="30 * * * * *",  # half a minute after the windows were judged
    use_monitor=False,  # a missed minute needs no catching up: the next one finds the same outbox
)
def deliver(timer: func.TimerRequest) -> None:
    """Deliver the outbox, every minute."""
    collector().deliver()
