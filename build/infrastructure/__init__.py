"""What the templates in `infra/` load: tables, streams, saved functions, analytics rules, all as JSON.

Made from the declarations by `make docs` (`python -m build.infrastructure`); a test compares the files with them.
"""
