"""The directory of an index: which folder is live, and who may write.

    <path>/current        name of the live folder, replaced in one step
    <path>/<name>/        a Whoosh index
    <path>/writer.lock    held while writing

A rebuild makes a new folder and moves `current` to it.  Knows nothing of what is
in an index beyond that an empty one has a table of contents.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from whoosh.index import TOC

from portal.platform.search.engine import IndexBusy
from portal.platform.search.engines.layout import new_schema
from portal.platform.search.engines.storage import DurableStorage, secure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX_NAME = "MAIN"
_PAUSE = 0.01
_NAME = re.compile(rb"index-[0-9a-f]+")


class Folders:
    """One directory; `wait` is how many seconds a writer waits for another one."""

    def __init__(self, path: Path, wait: float) -> None:
        self._path, self._wait = path, wait

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock.  Raises IndexBusy after the time to wait."""
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._acquire(handle)
            yield
        finally:
            os.close(handle)

    def _acquire(self, handle: int) -> None:
        deadline = time.monotonic() + self._wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexBusy("another process is writing the search index") from None
                time.sleep(_PAUSE)
            else:
                return

    def live(self) -> Path | None:
        """The live folder; None for an index that was never made, or whose pointer names no folder of ours."""
        try:
            name = (self._path / "current").read_bytes()
        except FileNotFoundError:
            return None
        return self._path / name.decode("ascii") if _NAME.fullmatch(name) else None

    def ensure(self) -> Path:
        """The live folder, made empty if there is none.  Call with the lock."""
        folder = self.live()
        if folder is None:
            folder = self.create()
            self.point_to(folder)
        return folder

    def create(self) -> Path:
        """A folder with an empty index, not yet live."""
        folder = self._path / f"index-{time.time_ns():x}"
        folder.mkdir(mode=0o700)
        TOC(new_schema(), [], 0).write(DurableStorage(folder), INDEX_NAME)
        return folder

    def point_to(self, folder: Path) -> None:
        """Make a folder the live one, in one step."""
        pointer = self._path / "current.new"
        pointer.write_text(folder.name, "ascii")
        secure(pointer)
        secure(folder)
        pointer.replace(self._path / "current")
        secure(self._path)

    def remove_others(self, folder: Path) -> None:
        """Remove all folders but this one."""
        # Readers of the old folder hold its files open; on their next look they move on.
        for other in self._path.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
