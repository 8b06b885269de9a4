"""One module per telemetry source, each writing records as that source's export writes them.

Every source has a function `(rng, company, time) -> Record` for an ordinary record, and beside it a builder
whose arguments say exactly what happened; the staged incident uses the builders. `Record` is the raw
dictionary.
"""
