"""The Whoosh engine: one private directory, one writer, any number of readers.

    <path>/current        name of the live folder, replaced in one step
    <path>/<name>/        a Whoosh index
    <path>/writer.lock    held while writing

A rebuild writes a new folder and moves `current` to it.  A reader that loses a
file to a commit opens again.  What cannot be opened is reported as damaged and
never repaired: the database has it all.  Files are trusted (Whoosh unpickles
them), so the directory must be private and is never restored from an upload.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from threading import RLock
from typing import Any

from whoosh.index import TOC

from portal.platform.search.engine import Change, Entry, Found, IndexBusy, IndexDamaged, Put, Request
from portal.platform.search.engines.layout import (
    SCRATCH,
    CursorWriter,
    DurableStorage,
    new_schema,
    secure,
)
from portal.platform.search.engines.paging import answer
from portal.platform.search.engines.scope import Scope
from portal.platform.search.engines.segments import PostingCache, Segment
from portal.platform.search.engines.walk import walk
from portal.platform.search.ranking import FORMAT

_NAME = "MAIN"
_ATTEMPTS = 20
_PAUSE = 0.01
_DAMAGE = (Exception,)


@dataclass(slots=True)
class _View:
    """One commit, opened."""

    folder: Path
    generation: int
    cursor: int
    segments: list[Segment] = field(default_factory=list)
    live: list[int] = field(default_factory=list)


class WhooshEngine:
    """See `portal.platform.search.engine.Engine`.

    `wait` is how many seconds a writer waits for another one; `zone` is the time
    zone in which years and days begin; `cached` bounds the postings in memory
    (nine bytes each), `memory` those that a rebuild collects (about thirty bytes
    each) before it writes a segment.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        wait: float = 10.0,
        zone: tzinfo = UTC,
        cached: int = 1_000_000,
        memory: int = 4_000_000,
    ) -> None:
        self._path = Path(path)
        self._wait, self._zone, self._memory = wait, zone, memory
        self._lock = RLock()
        self._cache = PostingCache(cached)
        self._view: _View | None = None
        with self._writing():
            self._ensure_folder()

    def cursor(self) -> int:
        """Number of the last change in the index."""
        with self._lock:
            return self._fresh().cursor

    def apply(self, changes: Sequence[Change], cursor: int) -> None:
        """Apply a batch, the last change of an id winning, and store the cursor with it."""
        last = {change.item_id: change for change in changes}
        with self._writing():
            folder = self._ensure_folder()
            with self._lock:
                view = self._fresh()
                doomed = {s.name: list(s.documents_of(last)) for s in view.segments}
            entries = (change.entry for change in last.values() if isinstance(change, Put))
            self._write(folder, entries, cursor, doomed)

    def search(self, request: Request) -> Found:
        """Answer from the newest commit."""
        with self._lock:
            view = self._fresh()
            return answer(walk(self._scope(view, request), request.tree), request, view.generation)

    def stored(self) -> Iterator[tuple[int, int, str]]:
        """Item id, version and digest of every entry, in no order."""
        with self._lock:
            view = self._fresh()
            found = [row for s, live in zip(view.segments, view.live, strict=True) for row in _stored(s, live)]
        return iter(found)

    def rebuild(
        self,
        entries: Iterable[Entry],
        cursor: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write a new index beside the live one, then move to it in one step."""
        with self._writing():
            folder = self._create(f"index-{time.time_ns():x}")
            try:
                self._write_all(folder, _reported(entries, progress), cursor)
                self._point_to(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_others(folder)

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            self._drop()

    # Reading

    def _scope(self, view: _View, request: Request) -> Scope:
        scope = Scope(view.segments, view.live, self._cache, self._zone)
        scope.restrict(lambda s: s.labelled("token", request.tokens) & s.labelled("state", request.states))
        if request.blocked:
            scope.exclude([set(s.documents_of(request.blocked)) for s in view.segments])
        return scope

    def _fresh(self) -> _View:
        for _ in range(_ATTEMPTS):
            try:
                return self._opened()
            except OSError:
                # A commit replaced files between two of our looks; look again.
                time.sleep(_PAUSE)
            except _DAMAGE as error:
                self._drop()
                raise IndexDamaged(f"the search index cannot be read: {error!r}") from error
        self._drop()
        raise IndexDamaged("files of the search index are missing")

    def _opened(self) -> _View:
        folder = self._live_folder()
        if folder is None:
            raise FileNotFoundError(self._path)
        storage = DurableStorage(folder)
        generation = TOC._latest_generation(storage, _NAME)  # noqa: SLF001 - cheaper than opening
        view = self._view
        if view and view.folder == folder and view.generation == generation:
            return view
        if generation < 0:
            raise FileNotFoundError(folder)
        self._view = self._open(storage, folder, generation)
        return self._view

    def _open(self, storage: DurableStorage, folder: Path, generation: int) -> _View:
        toc = TOC.read(storage, _NAME, gen=generation)
        if getattr(toc.schema, "portal_format", None) != FORMAT:
            raise ValueError("written by another version")
        old = self._view
        known = {s.name: s for s in old.segments} if old and old.folder == folder else {}
        view = _View(folder, generation, toc.schema.portal_cursor)
        for part in toc.segments:
            segment = known.get(part.segment_id()) or Segment(storage, toc.schema, part)
            view.segments.append(segment)
            view.live.append(_live(part))
        self._retire(view)
        return view

    def _retire(self, new: _View | None) -> None:
        old = self._view.segments if self._view else []
        kept = {id(segment) for segment in new.segments} if new else set()
        gone = [segment for segment in old if id(segment) not in kept]
        self._cache.forget({segment.name for segment in gone})
        for segment in gone:
            segment.close()

    def _drop(self) -> None:
        self._retire(None)
        self._view = None

    # Writing

    @contextmanager
    def _writing(self) -> Iterator[None]:
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

    def _write(self, folder: Path, entries: Iterable[Entry], cursor: int, doomed: dict[str, list[int]]) -> None:
        with _writer(folder, cursor) as writer:
            _delete(writer, doomed)
            for entry in entries:
                writer.add_entry(entry)
            writer.finish()

    def _write_all(self, folder: Path, entries: Iterable[Entry], cursor: int) -> None:
        # A large index is made of several segments, so that memory has a bound.
        left = iter(entries)
        is_done = False
        while not is_done:
            with _writer(folder, cursor) as writer:
                is_done = _fill(writer, left, self._memory)
                writer.finish(merge=False)

    def _live_folder(self) -> Path | None:
        try:
            return self._path / (self._path / "current").read_text("ascii")
        except FileNotFoundError:
            return None

    def _ensure_folder(self) -> Path:
        folder = self._live_folder()
        if folder is None:
            folder = self._create(f"index-{time.time_ns():x}")
            self._point_to(folder)
        return folder

    def _create(self, name: str) -> Path:
        folder = self._path / name
        folder.mkdir(mode=0o700)
        TOC(new_schema(), [], 0).write(DurableStorage(folder), _NAME)
        return folder

    def _point_to(self, folder: Path) -> None:
        pointer = self._path / "current.new"
        pointer.write_text(folder.name, "ascii")
        secure(pointer)
        secure(folder)
        pointer.replace(self._path / "current")
        secure(self._path)

    def _remove_others(self, folder: Path) -> None:
        # Readers of the old folder hold its files open; on their next look they move on.
        for other in self._path.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _writer(folder: Path, cursor: int) -> Iterator[CursorWriter]:
    # What a killed writer left behind is in nobody's way but here.
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)
    writer = CursorWriter(DurableStorage(folder), cursor)
    try:
        yield writer
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _fill(writer: CursorWriter, entries: Iterator[Entry], postings: int) -> bool:
    """Add entries until the writer is full; whether there are no more."""
    for entry in entries:
        writer.add_entry(entry)
        if writer.pool.size >= postings:
            return False
    return True


def _delete(writer: CursorWriter, doomed: dict[str, list[int]]) -> None:
    for segment in writer.segments:
        for doc in doomed.get(segment.segment_id(), ()):
            if not segment.is_deleted(doc):
                segment.delete_document(doc)


def _live(part: Any) -> int:
    mask = bytearray(b"\x01") * part.doc_count_all()
    for doc in part.deleted_docs():
        mask[doc] = 0
    return int.from_bytes(mask, "little")


def _stored(segment: Segment, live: int) -> Iterator[tuple[int, int, str]]:
    for doc, is_live in enumerate(live.to_bytes(segment.count, "little")):
        if is_live:
            yield segment.stored(doc)


def _reported(entries: Iterable[Entry], progress: Callable[[int], None] | None) -> Iterator[Entry]:
    for number, entry in enumerate(entries, 1):
        yield entry
        if progress is not None:
            progress(number)


