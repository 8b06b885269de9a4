"""A simulator that scores the judgement of heartbeats: seeded sources over 60 days, with faults that are known.

`make drift-report` plays it all and prints the table; the suite plays a smaller part of it (`tests/lab/drift`).
"""
