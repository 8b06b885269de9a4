"""The function app that Azure loads: registers the blueprints, nothing else."""

import azure.functions as func

from functions.collect import blueprint as collect
from functions.deliver import blueprint as deliver
from functions.send_canary import blueprint as send_canary
from functions.status import blueprint as status
from functions.watch_arrival import blueprint as watch_arrival
from functions.watch_heartbeats import blueprint as watch_heartbeats
from functions.watch_log_settings import blueprint as watch_log_settings
from functions.watch_windows import blueprint as watch_windows

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
for blueprint in (
    collect,
    watch_heartbeats,
    watch_windows,
    watch_log_settings,
    watch_arrival,
    send_canary,
    deliver,
    status,
):
    app.register_functions(blueprint)
