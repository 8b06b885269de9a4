"""One file per telemetry source (or family of one vendor's service); found and checked by `shared.events.registry`."""
