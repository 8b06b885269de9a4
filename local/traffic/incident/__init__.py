"""The parts of the staged incident, each a list of steps; `local.traffic.story` puts them together."""
