"""Takes the files out of an untrusted zip: streamed, counted, under names of our own.

The names inside are only ever shown. An archive that is a bomb is refused as a whole, and nothing of it stays; an entry that
is unsafe is refused by itself. It unpacks no archive within an archive and knows no formats.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from portal.platform.extraction.encoding import decode
from portal.platform.extraction.results import ExtractionRefused, Reason

if TYPE_CHECKING:
    from typing import BinaryIO

_CHUNK = 256 * 1024
_RATIO_COUNTS_FROM = 1024 * 1024
_DIRECTORY_BYTES_PER_ENTRY = 1024
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".jar")
_OFFICE = (".docx", ".xlsx", ".pptx", ".dotx", ".odt", ".ods", ".odp", ".epub")


@dataclass(frozen=True)
class Limits:
    """What one archive may hold; bytes are counted as they are unpacked, not as they are declared."""

    entries: int = 5_000
    entry_bytes: int = 50 * 1024 * 1024
    total_bytes: int = 200 * 1024 * 1024
    ratio: int = 200
    depth: int = 20


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its name, and where its content now lies or why it was not taken."""

    name: str
    path: Path | None = None
    refusal: ExtractionRefused | None = None


def unpack(archive: Path, folder: Path, limits: Limits = Limits()) -> list[Entry]:
    """Unpack *archive* into files named 0, 1, 2 … in the existing, empty *folder*.

    Raises:
        ExtractionRefused: the archive as a whole is broken or a bomb; the folder is empty again.
    """
    try:
        return _unpacked(archive, folder, limits)
    except BaseException as error:
        for leftover in folder.iterdir():
            leftover.unlink()
        if isinstance(error, ExtractionRefused) or not isinstance(error, Exception):
            raise
        # A damaged archive fails inside the library in more ways than it has errors for.
        raise ExtractionRefused(Reason.BROKEN) from error


def _unpacked(archive: Path, folder: Path, limits: Limits) -> list[Entry]:
    check_directory(archive, limits)
    with zipfile.ZipFile(archive) as package:
        infos = [info for info in package.infolist() if not info.filename.endswith("/")]
        _check_declared(infos, archive.stat().st_size, limits)
        return _Unpacking(package, folder, limits).run(infos)


class _Unpacking:
    """Takes the entries of one archive and keeps count."""

    def __init__(self, package: zipfile.ZipFile, folder: Path, limits: Limits) -> None:
        self.package = package
        self.folder = folder
        self.limits = limits
        self.total = 0
        self.links: set[str] = set()

    def run(self, infos: list[zipfile.ZipInfo]) -> list[Entry]:
        entries = (self._entry(number, info) for number, info in enumerate(infos))
        return [entry for entry in entries if entry is not None]

    def _entry(self, number: int, info: zipfile.ZipInfo) -> Entry | None:
        name = _name(info)
        if reason := _objection(info, name, self.limits) or _behind(name, self.links):
            self.links.update({f"{name}/"} if _is_special(info) else ())
            return Entry(name, refusal=ExtractionRefused(reason))
        if _is_hidden(name):
            return None
        entry = _taken(self.package, info, name, self.folder / str(number), self.limits)
        self.total += entry.path.stat().st_size if entry.path else 0
        if self.total > self.limits.total_bytes:
            raise ExtractionRefused(Reason.ZIP_BOMB)
        return entry


def check_directory(archive: Path, limits: Limits = Limits()) -> None:
    """Refuse a directory of a million entries before a library reads it into memory.

    Raises:
        ExtractionRefused: it has too many entries, or there is none.
    """
    with archive.open("rb") as stream:
        stream.seek(max(archive.stat().st_size - 65_557 - 20, 0))
        tail = stream.read()
        position = tail.rfind(b"PK\x05\x06")
        if position < 0:
            raise ExtractionRefused(Reason.BROKEN)
        _, _, _, _, count, size, _, _ = _END.unpack_from(tail, position)
        count, size = _big_directory(stream, tail, position) or (count, size)
    if count > limits.entries or size > limits.entries * _DIRECTORY_BYTES_PER_ENTRY:
        raise ExtractionRefused(Reason.ZIP_BOMB, {"entries": count, "limit": limits.entries})


def _big_directory(stream: BinaryIO, tail: bytes, position: int) -> tuple[int, int] | None:
    start = position - _END64_LOCATOR.size
    if start < 0 or tail[start : start + 4] != b"PK\x06\x07":
        return None
    _, _, offset, _ = _END64_LOCATOR.unpack_from(tail, start)
    stream.seek(offset)
    fields = _END64.unpack(stream.read(_END64.size))
    return fields[7], fields[8]


def _check_declared(infos: list[zipfile.ZipInfo], archive_bytes: int, limits: Limits) -> None:
    if any(info.compress_size > archive_bytes for info in infos):
        raise ExtractionRefused(Reason.BROKEN)
    is_overlapping = sum(info.compress_size for info in infos) > archive_bytes
    is_too_much = len(infos) > limits.entries or sum(info.file_size for info in infos) > limits.total_bytes
    if (
        is_overlapping
        or is_too_much
        or any(_is_dense(info.file_size, info.compress_size, limits) for info in infos)
    ):
        raise ExtractionRefused(Reason.ZIP_BOMB)


def _is_dense(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > _RATIO_COUNTS_FROM and unpacked > limits.ratio * max(packed, 1)


def _taken(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, target: Path, limits: Limits) -> Entry:
    try:
        _write(package, info, target, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        target.unlink(missing_ok=True)
        refusal = ExtractionRefused(Reason.BROKEN)
        refusal.__cause__ = error
        return Entry(name, refusal=refusal)
    if _is_archive(target, name):
        target.unlink()
        return Entry(name, refusal=ExtractionRefused(Reason.NESTED_ARCHIVE))
    return Entry(name, path=target)


def _objection(info: zipfile.ZipInfo, name: str, limits: Limits) -> Reason | None:
    if _is_special(info) or "\x00" in info.orig_filename or _is_unsafe(name, limits.depth):
        return Reason.BAD_PATH
    if info.flag_bits & 0x41:
        return Reason.PASSWORD
    if name.lower().endswith(_ARCHIVES):
        return Reason.NESTED_ARCHIVE
    return Reason.TOO_LARGE if info.file_size > limits.entry_bytes else None


def _is_special(info: zipfile.ZipInfo) -> bool:
    """Say whether the entry is a link, a device or anything else but a file."""
    return stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}


def _behind(name: str, links: set[str]) -> Reason | None:
    """Refuse what would be reached through a link of the same archive, though no link is ever made here."""
    return Reason.BAD_PATH if any(name.startswith(link) for link in links) else None


def _write(package: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    written = 0
    with package.open(info) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > limits.entry_bytes or _is_dense(written, info.compress_size, limits):
                raise ExtractionRefused(Reason.ZIP_BOMB)
            sink.write(chunk)


def _is_archive(path: Path, name: str) -> bool:
    with path.open("rb") as stream:
        start = stream.read(8)
    is_office = name.lower().endswith(_OFFICE)
    return start.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")) or (
        start.startswith(b"PK\x03\x04") and not is_office
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name as its maker saw it: without the flag for UTF-8 it is in the code page of some Windows."""
    name = info.filename
    if not info.flag_bits & 0x800:
        name = _from_code_page(name)
    return _INVISIBLE.sub("", name).replace("\\", "/")


def _from_code_page(name: str) -> str:
    try:
        return decode(name.encode("cp437"))
    except (UnicodeEncodeError, ExtractionRefused):
        return name


def _is_unsafe(name: str, depth: int) -> bool:
    """Judge the name, and what a system that normalises characters would make of it."""
    return any(_escapes(form, depth) for form in {name, unicodedata.normalize("NFKC", name)})


def _escapes(name: str, depth: int) -> bool:
    parts = name.split("/")
    has_controls = any(unicodedata.category(character) == "Cc" for character in name)
    is_elsewhere = name.startswith(("/", "~")) or ":" in name or ".." in {part.strip() for part in parts}
    return has_controls or is_elsewhere or not name.strip("./ ") or len(parts) > depth


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") and part not in {".", ".."} for part in parts) or "__MACOSX" in parts
