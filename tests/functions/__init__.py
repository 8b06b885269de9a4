"""The function app: what Azure would index, and what happens when it is triggered."""
