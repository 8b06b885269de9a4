from __future__ import annotations

import subprocess
import sys

import pytest

import shared.storage


def test_the_cloud_library_is_imported_only_when_it_is_used() -> None:
    program = (
        "import sys, shared.storage\n"
        "before = 'azure.data.tables' in sys.modules\n"
        "shared.storage.AzureTableStore\n"
        "print(before, 'azure.data.tables' in sys.modules)\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["False", "True"]


def test_everything_that_is_promised_is_there() -> None:
    for name in shared.storage.__all__:
        assert getattr(shared.storage, name) is not None
    with pytest.raises(AttributeError, match="BlobStore"):
        shared.storage.__getattr__("BlobStore")
