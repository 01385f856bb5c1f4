"""Files of an index that are on the disk before anything names them.

Whoosh never calls fsync and keeps its scratch files under one shared name in
the system's temporary folder, and believes whatever it reads; all three are put
right here.  Knows nothing of what the files hold.
"""

# ruff: noqa: ANN401, ARG002, FBT001, FBT002 - signatures are those of Whoosh, which has no types.

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from zlib import crc32

from whoosh.filedb.filestore import FileStorage

SCRATCH = "scratch"
BLOCK = 1 << 20


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
        """Seal and secure all new files, then rename, then secure the directory."""
        self._seal(oldname)
        for name in sorted(self._unsafe):
            secure(Path(self.folder, name))
        self._unsafe.clear()
        super().rename_file(oldname, newname, safe=safe)
        secure(Path(self.folder))

    def _seal(self, contents: str) -> None:
        """Write down checksums: of a segment's files beside them, of the table of contents at its end."""
        sums: dict[str, dict[str, int]] = {}
        for name in self._unsafe - {contents}:
            path = Path(self.folder, name)
            if path.exists():
                sums.setdefault(name.partition(".")[0], {})[name] = _sum(path)
        for segment, found in sums.items():
            # A name like those of the segment's own files, so that Whoosh removes it together with them.
            Path(self.folder, f"{segment}.sums").write_text(json.dumps(found), "ascii")
            self._unsafe.add(f"{segment}.sums")
        path = Path(self.folder, contents)
        path.write_bytes(path.read_bytes() + _sum(path).to_bytes(4, "big"))

    def check_contents(self, name: str) -> None:
        """See that a table of contents is as it was written; raises ValueError when it is not."""
        data = Path(self.folder, name).read_bytes()
        if crc32(data[:-4]).to_bytes(4, "big") != data[-4:]:
            raise ValueError(f"{name} has changed")

    def check_segment(self, segment: str) -> None:
        """See that the files of a segment are as they were written; raises ValueError when they are not."""
        sums = json.loads(Path(self.folder, f"{segment}.sums").read_text("ascii"))
        for name, expected in sums.items():
            if _sum(Path(self.folder, name)) != expected:
                raise ValueError(f"{name} has changed")


def _sum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            total = crc32(block, total)
    return total


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
