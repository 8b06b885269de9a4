"""The kinds of windows besides `count`: one module each, with its declaration, its rows and its judgement.

All are pure. What they have in common stands in `shared.detection.windows.window`.
"""
