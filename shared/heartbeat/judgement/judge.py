"""One check of one entity, from what was seen to what is told."""

from __future__ import annotations

from shared.heartbeat.judgement.memory import Memory
from shared.heartbeat.judgement.observation import Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Judgement


def judge(observation: Observation, policy: Policy, memory: Memory) -> Judgement:
    """What is to be said of an entity now."""
    silence = None
    if observation.last_arrival is not None:
        silence = max(0.0, observation.now - observation.behind - observation.last_arrival)
    return Judgement((), (), memory, silence, policy.interval or policy.usual_gap)
