"""The parts of the staged incident, each a list of steps; `lab.traffic.story` puts them together."""
