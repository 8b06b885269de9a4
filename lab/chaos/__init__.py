"""`make chaos`: workers are killed, partitions change hands, storage fails; nothing may be lost, nothing come twice.

`hub` plays Event Hubs and the Functions host over worker processes (`worker`, `fleet`) that run the real functions
against real Azurite. Between them stands a `proxy` that breaks requests and kills workers at chosen ones. `kinds` and
`traffic` say what is in the hub, `oracle` what must come of it, `outcome` reads what did. Described in docs/chaos.md.
"""
