"""Finds the files that somebody wants to import, in folders and zips, and hands them on one by one.

It opens no document: whether a file can be read is told by reading it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal.platform.extraction.archives import Entry, Limits, unpack
from portal.platform.extraction.results import ExtractionRefused, Reason
from portal.platform.extraction.sandbox import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OFFICE = {".docx", ".xlsx", ".pptx", ".dotx", ".odt", ".ods", ".odp", ".epub"}
MAX_ARCHIVE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """One file to import.

    ``name`` is its path below what was asked for, as people see it. ``path`` is where it can be read until the next
    one is asked for, None when it was refused, and then ``refusal`` says why.
    """

    name: str
    path: Path | None
    refusal: ExtractionRefused | None = None


def walk(paths: Iterable[Path], max_bytes: int = MAX_FILE_BYTES) -> Iterator[Source]:
    """Yield the files below *paths* (files, folders, zips) in the order of their names; hidden ones are left out.

    Symbolic links inside folders are not followed. Files larger than *max_bytes* are refused unread.
    """
    for start in paths:
        if start.is_dir():
            yield from _below(start, max_bytes)
        else:
            yield from _file(start, start.name, max_bytes)


def _below(folder: Path, max_bytes: int) -> Iterator[Source]:
    for path in _sorted_files(folder):
        yield from _file(path, path.relative_to(folder).as_posix(), max_bytes)


def _sorted_files(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        try:
            children = sorted(waiting.pop().iterdir())
        except OSError:
            continue
        visible = [child for child in children if not child.name.startswith(".") and not child.is_symlink()]
        yield from (child for child in visible if child.is_file())
        waiting.extend(child for child in reversed(visible) if child.is_dir())


def _file(path: Path, name: str, max_bytes: int) -> Iterator[Source]:
    try:
        size = path.stat().st_size
        is_archive = _is_archive(path)
    except (OSError, ValueError):
        yield Source(name, None, ExtractionRefused(Reason.BAD_PATH))
        return
    limit = MAX_ARCHIVE_BYTES if is_archive else max_bytes
    if size > limit:
        yield Source(name, None, ExtractionRefused(Reason.TOO_LARGE, {"size": size, "limit": limit}))
    elif is_archive:
        yield from _inside(path, name, max_bytes)
    else:
        yield Source(name, path)


def _is_archive(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(4)
    is_zip = start in {b"PK\x03\x04", b"PK\x05\x06"} or path.suffix.lower() == ".zip"
    return is_zip and path.suffix.lower() not in _OFFICE


def _inside(archive: Path, name: str, max_bytes: int) -> Iterator[Source]:
    with tempfile.TemporaryDirectory(prefix="zhiying-import-") as folder:
        try:
            entries = unpack(archive, Path(folder), Limits(entry_bytes=max_bytes))
        except ExtractionRefused as refusal:
            yield Source(name, None, refusal)
            return
        yield from (_source(name, entry) for entry in entries)


def _source(archive: str, entry: Entry) -> Source:
    return Source(f"{archive}/{entry.name}", entry.path, entry.refusal)
