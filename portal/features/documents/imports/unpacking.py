"""Reads the archive of an exported space: only the entries that its manifest names, each counted as it is read."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from portal.content.manuscripts import BODY_LENGTH
from portal.features.documents.exports.manifest import FORMAT, NAME, Manifest
from portal.platform.extraction import ExtractionRefused, Reason
from portal.platform.extraction.archives import Limits, check_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

LIMITS = Limits(entries=200_000, entry_bytes=100 << 20, total_bytes=4 << 30)
MANIFEST_BYTES = 64 << 20
RATIO_COUNTS_FROM = 1 << 20
CHUNK = 256 << 10
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError)


class Archive:
    """An open archive. Names in it are looked up, never written to."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.total = 0
        try:
            self.manifest = Manifest.model_validate_json(self.read(NAME, MANIFEST_BYTES))
        except ValidationError as error:
            raise ExtractionRefused(Reason.BROKEN) from error

    def text(self, name: str) -> str:
        """A text.

        Raises:
            ExtractionRefused: it is not there, damaged, or too large.
        """
        return self.read(name, BODY_LENGTH * 4).decode("utf-8", "replace")

    def read(self, name: str, limit: int) -> bytes:
        """An entry's bytes.

        Raises:
            ExtractionRefused: it is not there, damaged, or too large.
        """
        return b"".join(self._chunks(name, limit))

    def save(self, name: str, target: Path) -> None:
        """Write an entry's bytes to a path of ours.

        Raises:
            ExtractionRefused: it is not there, damaged, or too large.
        """
        with target.open("wb") as sink:
            for chunk in self._chunks(name, LIMITS.entry_bytes):
                sink.write(chunk)

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        try:
            info = self.package.getinfo(name)
            with self.package.open(info) as source:
                yield from self._counted(source, info, limit)
        except DAMAGED as error:
            raise ExtractionRefused(Reason.BROKEN) from error

    def _counted(self, source: IO[bytes], info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
        written = 0
        while chunk := source.read(CHUNK):
            written += len(chunk)
            self.total += len(chunk)
            is_dense = written > RATIO_COUNTS_FROM and written > LIMITS.ratio * max(info.compress_size, 1)
            if written > limit:
                raise ExtractionRefused(Reason.TOO_LARGE, {"size": written, "limit": limit})
            if is_dense or self.total > LIMITS.total_bytes:
                raise ExtractionRefused(Reason.ZIP_BOMB)
            yield chunk


@contextmanager
def opened(path: Path) -> Iterator[Archive | None]:
    """The archive of a space, None when the file is something else.

    Raises:
        ExtractionRefused: it says that it is one, and is damaged.
    """
    if not _is_one(path):
        yield None
        return
    with zipfile.ZipFile(path) as package:
        yield Archive(package)


def _is_one(path: Path) -> bool:
    """Whether a manifest of ours stands in it, told from its first bytes before anything is believed."""
    try:
        check_directory(path, LIMITS)
        with zipfile.ZipFile(path) as package, package.open(NAME) as stream:
            return f'"{FORMAT}"'.encode() in stream.read(200)
    except (*DAMAGED, ExtractionRefused, ValueError):
        return False
