"""Whether alerts that Microsoft Sentinel accepted can be queried there; for the timer `watch_arrival`."""
