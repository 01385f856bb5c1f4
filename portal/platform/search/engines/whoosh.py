"""The Whoosh engine: one private directory, one writer, any number of readers.

A reader that loses a file to a commit opens again.  What cannot be opened is
reported as damaged and never repaired: the database has it all.  Files are
trusted (Whoosh unpickles them), so the directory must be private and is never
restored from an upload.  Knows no rights: it is handed tokens.
"""

# ruff: noqa: ANN401, SLF001 - Whoosh has neither types nor a cheap public look at its newest commit.

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from whoosh.index import TOC

from portal.platform.search.engine import Change, Entry, Found, IndexDamaged, Put, Request
from portal.platform.search.engines.folders import INDEX_NAME, Folders
from portal.platform.search.engines.layout import CursorWriter
from portal.platform.search.engines.paging import answer
from portal.platform.search.engines.scope import Scope
from portal.platform.search.engines.segments import PostingCache, Segment
from portal.platform.search.engines.storage import SCRATCH, DurableStorage
from portal.platform.search.engines.walk import walk
from portal.platform.search.ranking import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_ATTEMPTS = 20
_PAUSE = 0.01


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
        self._folders = Folders(self._path, wait)
        self._zone, self._memory = zone, memory
        self._lock = RLock()
        self._cache = PostingCache(cached)
        self._view: _View | None = None
        with self._folders.writing():
            self._folders.ensure()

    def cursor(self) -> int:
        """Number of the last change in the index."""
        with self._lock:
            return self._fresh().cursor

    def apply(self, changes: Sequence[Change], cursor: int) -> None:
        """Apply a batch, the last change of an id winning, and store the cursor with it."""
        last = {change.item_id: change for change in changes}
        with self._folders.writing():
            folder = self._folders.ensure()
            with self._lock:
                view = self._fresh()
                doomed = {s.name: list(s.documents_of(last)) for s in view.segments}
            entries = (change.entry for change in last.values() if isinstance(change, Put))
            self._write(folder, entries, cursor, doomed)

    def search(self, request: Request) -> Found:
        """Answer from the newest commit."""
        with self._lock:
            view = self._fresh()
            try:
                return answer(walk(self._scope(view, request), request.tree), request, view.generation)
            except Exception:
                # Opened again, the files are checked: what has changed since raises IndexDamaged, the rest is our fault.
                self._drop()
                self._fresh()
                raise

    def stored(self) -> Iterator[tuple[int, int, str]]:
        """Item id, version and digest of every entry, in no order."""
        with self._lock:
            view = self._fresh()
            found = [
                row for s, live in zip(view.segments, view.live, strict=True) for row in _stored(s, live)
            ]
        return iter(found)

    def rebuild(
        self,
        entries: Iterable[Entry],
        cursor: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write a new index beside the live one, then move to it in one step."""
        with self._folders.writing():
            folder = self._folders.create()
            try:
                self._write_all(folder, _reported(entries, progress), cursor)
                self._folders.point_to(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._folders.remove_others(folder)

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
            except Exception as error:
                self._drop()
                raise IndexDamaged(f"the search index cannot be read: {error!r}") from error
        self._drop()
        raise IndexDamaged("files of the search index are missing")

    def _opened(self) -> _View:
        folder = self._folders.live()
        if folder is None:
            raise FileNotFoundError(self._path)
        storage = DurableStorage(folder)
        generation = TOC._latest_generation(storage, INDEX_NAME)
        view = self._view
        if view and view.folder == folder and view.generation == generation:
            return view
        if generation < 0:
            raise FileNotFoundError(folder)
        self._view = self._open(storage, folder, generation)
        return self._view

    def _open(self, storage: DurableStorage, folder: Path, generation: int) -> _View:
        storage.check_contents(TOC._filename(INDEX_NAME, generation))
        toc = TOC.read(storage, INDEX_NAME, gen=generation)
        if getattr(toc.schema, "portal_format", None) != FORMAT:
            raise ValueError("written by another version")
        old = self._view
        known = {s.name: s for s in old.segments} if old and old.folder == folder else {}
        view = _View(folder, generation, toc.schema.portal_cursor)
        for part in toc.segments:
            view.segments.append(known.get(part.segment_id()) or _segment(storage, toc.schema, part))
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

    def _write(
        self, folder: Path, entries: Iterable[Entry], cursor: int, doomed: dict[str, list[int]]
    ) -> None:
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


def _segment(storage: DurableStorage, schema: Any, part: Any) -> Segment:
    storage.check_segment(part.segment_id())
    return Segment(storage, schema, part)


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
