"""Files of an index that are on the disk before anything names them.

Whoosh never calls fsync and keeps its scratch files under one shared name in
the system's temporary folder; both are put right here.  Knows nothing of what
the files hold.
"""

# ruff: noqa: ANN401, ARG002, FBT001, FBT002 - signatures are those of Whoosh, which has no types.

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

SCRATCH = "scratch"


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Files that are on the disk before the table of contents names them.

    Whoosh never calls fsync; after a power cut its table of contents could name
    segments that were not written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), supports_mmap=False)
        self._unsafe: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        """Create a file and remember to secure it."""
        self._unsafe.add(name)
        return super().create_file(name, **options)

    def temp_storage(self, name: str | None = None) -> Any:
        """A folder beside the index; Whoosh's own is one shared name in /tmp."""
        return FileStorage(str(Path(self.folder, SCRATCH))).create()

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Secure all new files, then rename, then secure the directory."""
        for name in sorted(self._unsafe):
            secure(Path(self.folder, name))
        self._unsafe.clear()
        super().rename_file(oldname, newname, safe=safe)
        secure(Path(self.folder))


def secure(path: Path) -> None:
    """Bring a file or the names in a directory to the disk; absent files are no error."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
