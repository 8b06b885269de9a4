"""What the heartbeat of an entity means, as pure functions of what was seen, the customer's policy and the time.

Accounting makes an `Observation` (what arrived lately), settings make a `Policy`, and the `Memory` of the last check
is handed back in. `judge` gives a `Judgement`: verdicts, open findings, and the memory to keep.

    judgement = judge(observation, policy, memory)

Nothing here reads a clock, a store or the network.
"""
