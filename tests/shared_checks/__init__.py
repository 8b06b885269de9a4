"""Checks over real records from public repositories, for those who have them: `python -m tests.shared_checks DIR`.

DIR holds `corpus/` (records and labels, see its MANIFEST.json), and `tools/` and `azure-types/` for the Bicep. None of
it is part of the project.
"""
