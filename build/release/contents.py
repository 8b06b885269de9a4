"""What the package holds: the app, the declarations of customers, the libraries, and nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from shared.base.errors import TelltaleError

LIBRARIES: Final = ".python_packages/lib/site-packages"
"""Where the worker looks for the libraries of an app."""

MOST_BYTES: Final = 60 * 1024 * 1024
"""A cold start downloads the package; larger ones are refused."""

_APP: Final = ("function_app.py", "host.json", "LICENSE")
_FOLDERS: Final = ("functions", "shared")
_PROFILES: Final = "infra/profiles"
_NEVER: Final = {"__pycache__", "bin"}
_LEFT_BY_INSTALLERS: Final = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json"}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FILE_MODE: Final = 0o100644 << 16


class PackageError(TelltaleError):
    """The package cannot be built; says what is wrong."""


def contents(root: Path, libraries: Path, declarations: Iterable[Path] = ()) -> dict[str, Path]:
    """The files of the package by their path in it. `declarations` are added to those of the project."""
    found = {name: root / name for name in _APP}
    for folder in _FOLDERS:
        found |= {f"{folder}/{path.relative_to(root / folder)}": path for path in _files(root / folder)}
    found |= {f"{_PROFILES}/{path.name}": path for path in (root / _PROFILES).glob("*.toml")}
    for path in declarations:
        if not path.is_file():
            raise PackageError(f"{path}: there is no such file of declarations")
        found[f"declarations/{path.name}"] = path
    found |= {
        f"{LIBRARIES}/{path.relative_to(libraries)}": path
        for path in _files(libraries)
        if path.name not in _LEFT_BY_INSTALLERS
    }
    return dict(sorted(found.items()))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not hidden and not _NEVER & set(parts) and path.suffix != ".pyc":
            yield path


def write_archive(archive: Path, files: Mapping[str, Path]) -> None:
    """Write the files as a ZIP in which nothing depends on when, where and by whom it was made.

    Raises PackageError where it grows beyond MOST_BYTES.
    """
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = _FILE_MODE
            package.writestr(entry, path.read_bytes())
    size = archive.stat().st_size
    if size > MOST_BYTES:
        archive.unlink()
        raise PackageError(f"the package has {size:,} bytes, more than {MOST_BYTES:,}; what made it grow?")
