"""Other places that alerts go to, besides Microsoft Sentinel: a file, an event hub, a webhook. All are off by default.

Each has its own position in the outbox, so that one that is down holds up no other. `functions.composition` makes
those that the settings name; `shared.delivery.outlet.Outlet` says what an outlet promises.
"""
