"""Made-up telemetry of a made-up company: an office hour for the local scenario, a mix for the benchmark.

Called by the local host (`hour.play`), by the benchmark (`mix.bench_bodies`) and by tests. Everything follows
from a seed: the same seed gives the same bytes. Nothing here is imported by the app that runs in Azure.

The way of a record: `company` says who and what exists, `records` writes what one source says about it,
`routes` says which export carries it, `hour` strings records into ordinary traffic held back by `restraint`,
`story` adds the incident, `envelopes` packs records into Event Hub bodies.
"""
