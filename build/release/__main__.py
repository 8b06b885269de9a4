"""Writes package, bill of materials and checksums into a folder; `.ci/package` calls it."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from build.release.contents import contents, write_archive
from build.release.sbom import bill_of_materials
from shared.base.errors import TelltaleError
from shared.base.version import VERSION

ROOT = Path(__file__).parents[2]


def main() -> int:
    """The exit status: 0 built, 2 could not be built."""
    parser = argparse.ArgumentParser(prog="package", description=__doc__)
    parser.add_argument("--libraries", type=Path, required=True, help="the installed libraries")
    parser.add_argument("--python", required=True, help="the version of Python that they were installed for")
    parser.add_argument("--output", type=Path, required=True, help="where the files go")
    parser.add_argument(
        "--declarations", type=Path, action="append", default=[], help="a customer's own file"
    )
    options = parser.parse_args()
    name = f"telltale-{VERSION}-python{options.python}"
    archive: Path = options.output / f"{name}.zip"
    try:
        files = contents(ROOT, options.libraries, options.declarations)
        write_archive(archive, files)
    except (TelltaleError, OSError) as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    bill = options.output / f"{name}.cdx.json"
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    text = json.dumps(bill_of_materials(options.libraries, requirements), indent=2) + "\n"
    bill.write_text(text, encoding="utf-8")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in (bill, archive)]
    (options.output / f"{name}.sha256").write_text("".join(sums), encoding="utf-8")
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB, {len(files)} files, sha256 {sums[1][:64]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
