"""Serves the status page and its JSON to whoever holds the function's key."""

import azure.functions as func

from functions.composition import collector

blueprint = func.Blueprint()

# The page shows text from hostile telemetry: nothing in it may run, load, be framed, guessed at or kept.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.function_name("status")
@blueprint.route(route="status", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
def status(req: func.HttpRequest) -> func.HttpResponse:
    """The status page."""
    from shared.upkeep.status.page import render  # not at a cold start

    page = render(collector().status())
    return func.HttpResponse(page, mimetype="text/html", charset="utf-8", headers=_HEADERS)


@blueprint.function_name("status_json")
@blueprint.route(route="status.json", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
def status_json(req: func.HttpRequest) -> func.HttpResponse:
    """The same as JSON."""
    document = collector().status().to_json()
    return func.HttpResponse(document, mimetype="application/json", charset="utf-8", headers=_HEADERS)
