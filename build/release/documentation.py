"""The pages of detectors and sources as an archive beside the package: `python -m build.release.documentation DIR`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import functions.detectors
from build.detector_pages import pages
from build.documents import built_pages
from build.release.contents import write_archive
from shared.base.version import VERSION
from shared.detection.discovery import discover
from shared.events.registry import registry


def write_documentation(output: Path) -> Path:
    """Writes the archive and its checksum into `output`; the same declarations give the same bytes."""
    detectors = discover(functions.detectors)
    texts = built_pages(registry(), detectors)
    texts |= {f"detectors/{name}": text for name, text in pages(detectors).items()}
    archive = output / f"telltale-{VERSION}-docs.zip"
    with TemporaryDirectory() as folder:
        files = {name: Path(folder, name) for name in sorted(texts)}
        for name, path in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
        write_archive(archive, files)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_suffix(".sha256").write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    return archive


if __name__ == "__main__":
    print(write_documentation(Path(sys.argv[1])))
