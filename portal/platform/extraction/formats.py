"""Which formats of files are kept as they are, told by their bytes; the end of a name only ever forbids.

A format here says what a file is, not that it is harmless: whatever it is, it is handed out as a download.
"""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

from portal.platform.extraction.archives import check_directory
from portal.platform.extraction.results import ExtractionRefused, Reason
from portal.platform.extraction.sniffing import is_binary, is_web_page

if TYPE_CHECKING:
    from pathlib import Path


class Format(StrEnum):
    """What a kept file is. The values are stored: they never change."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    OFFICE = "office"
    """An Office file from before 2007, or one behind a password."""
    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    CSV = "csv"
    PICTURE = "picture"
    SVG = "svg"
    ZIP = "zip"


SUFFIXES = frozenset(
    [
        ".pdf",
        ".docx",
        ".xlsx",
        ".pptx",
        ".doc",
        ".xls",
        ".ppt",
        ".wps",
        ".et",
        ".dps",
        ".txt",
        ".text",
        ".md",
        ".markdown",
        ".mkd",
        ".html",
        ".htm",
        ".csv",
        ".tsv",
        ".log",
        ".json",
        ".xml",
        ".yaml",
        ".yml",
        ".png",
        ".jpg",
        ".jpeg",
        ".jfif",
        ".gif",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
        ".svg",
        ".zip",
    ]
)
_HEAD = 65_536
_MEANS_SOMETHING = re.compile(r"\.[a-z][a-z0-9]{0,11}")
_BLANK = b"\x00\t\n\r \xef\xbb\xbf"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_TEXT_BOMS = (b"\xff\xfe", b"\xfe\xff")
_SVG = re.compile(rb"<svg[\s>/]|<!doctype\s+svg", re.IGNORECASE)
_PROGRAM = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?php|#!|%!PS|\{\\rtf|<%)", re.IGNORECASE)
_PARTS = {
    "word/document.xml": Format.DOCX,
    "xl/workbook.xml": Format.XLSX,
    "ppt/presentation.xml": Format.PPTX,
}
_TEXTS = {
    **dict.fromkeys((".md", ".markdown", ".mkd"), Format.MARKDOWN),
    **dict.fromkeys((".csv", ".tsv"), Format.CSV),
    ".svg": Format.SVG,
}
# Nobody means the few readable bytes of a damaged file as its text.
_NEVER_TEXT = frozenset(
    [
        ".pdf",
        ".docx",
        ".xlsx",
        ".pptx",
        ".zip",
        ".png",
        ".jpg",
        ".jpeg",
        ".jfif",
        ".gif",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
    ]
)


def format_of(path: Path, name: str) -> Format:
    """What the file at *path* is, which its owner calls *name*.

    Raises:
        ExtractionRefused: it is empty, damaged, or of a format that is not kept.
    """
    # "Price list v1.2" has no end that says anything.
    suffix = found if _MEANS_SOMETHING.fullmatch(found := PurePath(name).suffix.lower()) else ""
    if suffix and suffix not in SUFFIXES:
        raise ExtractionRefused(Reason.UNSUPPORTED_TYPE, {"type": suffix[:12]})
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(_BLANK):
        raise ExtractionRefused(Reason.EMPTY)
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith(b"PK"):
        return _package(path)
    if head.startswith(_OLE):
        return Format.OFFICE
    return Format.PICTURE if _is_picture(head) else _text(head, suffix)


def _is_picture(head: bytes) -> bool:
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    is_bitmap = head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00"
    return is_webp or is_bitmap or head.startswith(_PICTURES)


def _package(path: Path) -> Format:
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except ExtractionRefused:
        raise
    except (
        Exception
    ) as error:  # a damaged archive fails inside the library in more ways than it has errors for
        raise ExtractionRefused(Reason.BROKEN) from error
    return next((found for part, found in _PARTS.items() if part in names), Format.ZIP)


def _text(head: bytes, suffix: str) -> Format:
    if head.startswith(_TEXT_BOMS):
        return Format.SVG if _SVG.search(head.replace(b"\x00", b"")) else _TEXTS.get(suffix, Format.TEXT)
    if b"\x00" in head or is_binary(head) or _PROGRAM.match(head):
        raise ExtractionRefused(Reason.UNSUPPORTED_TYPE, {"type": suffix})
    if suffix in _NEVER_TEXT:
        raise ExtractionRefused(Reason.BROKEN)
    if is_web_page(head, suffix):
        return Format.HTML
    return Format.SVG if _SVG.search(head[:4096]) else _TEXTS.get(suffix, Format.TEXT)
