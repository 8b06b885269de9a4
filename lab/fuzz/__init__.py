"""`make fuzz`: a million hostile bodies, and what must hold for each of them.

Everything follows from a seed: body number n of seed s is the same on every machine. `seeds` says what bodies are
made of, `cases` makes them with the mutators (`damage`, `changes`, `generated`, `giants`) and puts them into
`envelopes`, `judge` says what must hold, `shrink` makes a finding small, `worker` does a share of the work.
Described in docs/fuzzing.md.
"""
