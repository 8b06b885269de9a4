"""The recovery drill: a region is lost, and nothing that was acknowledged may be.

`make drill` plays on this machine what docs/recovery.md describes: the functions of the real app in a process for each
region, a file for the storage of each, the hub's log, and the endpoint of the workspace. It kills, restores, replays,
and compares what arrived with a computation that was fed the same records once.
"""
