"""What a collector costs: a model fed by what the bench measured, by prices and by assumptions, each in a file.

`measured.json` is refreshed by `python -m cli.costing`, `prices.toml` and `assumptions.toml` by hand; `model.py` is
pure. `telltale cost` shows what comes out; docs/cost.md says what it rests on.
"""
