"""Keeps what people upload: under random keys beside the database, named by nobody and served by no path.

A file is on the disk before any row names it; a crash in between leaves a file that nothing uses.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.kernel.typed import line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME_LENGTH = 200


class Upload(Protocol):
    """A file that somebody has sent."""

    filename: str | None

    def save(self, dst: Path) -> None:
        """Write its content to a path, piece by piece."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept: its key, what its owner calls it, its size and the digest of its bytes."""

    key: str
    name: str
    size: int
    digest: str


def keep(upload: Upload, folder: Path, ending: str = "") -> Kept:
    """Write an upload into a folder under a new key and see it onto the disk; `ending` ends the key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_hex(16) + ending
    path = folder / key
    try:
        upload.save(path)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(key, called(upload.filename), path.stat().st_size, digest)


def called(filename: str | None) -> str:
    """What its owner calls a file: without folders and control characters, its end kept when it is too long."""
    return line((filename or "").replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:] or "upload"


def discard(folder: Path, keys: Iterable[str]) -> None:
    """Remove files that are no longer needed."""
    for key in keys:
        (folder / key).unlink(missing_ok=True)
