"""Many customers: a fleet file, what it means for each of them, and a rollout ring by ring.

`file.py` reads and checks the file, `steps.py` says which commands a customer takes, `state.py` remembers what was
done, `rollout.py` does it. `telltale fleet` shows and asks.
"""
