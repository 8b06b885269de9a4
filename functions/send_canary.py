"""Sends a canary through every hub partition, and alerts where the last ones were not processed."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()


@blueprint.function_name("send_canary")
@blueprint.timer_trigger(
    arg_name="timer",
    schedule="15 */5 * * * *",
    use_monitor=False,  # a canary that was not sent in time is simply late; the next run says so
)
def send_canary(timer: func.TimerRequest) -> None:
    """Judge the last canaries and send new ones, every five minutes."""
    collector().send_canary()
