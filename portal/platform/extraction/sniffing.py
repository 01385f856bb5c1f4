"""What a file is, told by its bytes. Its name decides only between kinds of text that look alike.

It reads no content beyond what tells the kind, and converts nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING

import puremagic

from portal.platform.extraction.results import ExtractionRefused, Reason

if TYPE_CHECKING:
    from portal.platform.extraction.results import Kind

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_MARKUP = re.compile(rb"\s*(?:<\?xml|<svg|\{\\rtf|%!PS|<\?php|#!)", re.IGNORECASE)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAG = re.compile(rb"<(?:p|div|body|head|title|table|h[1-6]|ul|article)\b[^<>]{0,200}>", re.IGNORECASE)
_HTML_SUFFIXES = {".html", ".htm", ".xhtml"}
_BINARY_SUFFIXES = {".pdf", ".docx", ".doc", ".xlsx", ".pptx"}
_MARKDOWN_SUFFIXES = {".md", ".markdown", ".mkd"}


def kind_of(data: bytes, name: str) -> Kind:
    """Return what the bytes are.

    Raises:
        ExtractionRefused: empty, encrypted, broken, or of a type that is not read.
    """
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise ExtractionRefused(Reason.EMPTY)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(_OLE):
        raise ExtractionRefused(*_ole(data))
    return _text(data, PurePath(name).suffix.lower())


def _zipped(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ExtractionRefused(Reason.BROKEN) from error
    if "word/document.xml" in names:
        return "docx"
    raise ExtractionRefused(Reason.UNSUPPORTED_TYPE, {"type": "zip"})


def _ole(data: bytes) -> tuple[Reason, dict[str, str | int]]:
    """Tell a Word file locked with a password from the binary formats before 2007."""
    is_locked = "EncryptedPackage".encode("utf-16-le") in data
    return (Reason.PASSWORD, {}) if is_locked else (Reason.UNSUPPORTED_TYPE, {"type": "doc"})


def _text(data: bytes, suffix: str) -> Kind:
    if b"\x00" in data[:65_536] and not data.startswith(_TEXT_BOMS):
        raise ExtractionRefused(Reason.UNSUPPORTED_TYPE, {"type": _known_name(data)})
    if is_web_page(data, suffix):
        return "html"
    if _OTHER_MARKUP.match(data[:200]) or is_binary(data):
        raise ExtractionRefused(Reason.UNSUPPORTED_TYPE, {"type": _known_name(data)})
    if suffix in _BINARY_SUFFIXES:
        # Nobody means the few readable bytes of a damaged document as its text.
        raise ExtractionRefused(Reason.BROKEN)
    return "md" if suffix in _MARKDOWN_SUFFIXES else "txt"


def is_web_page(data: bytes, suffix: str) -> bool:
    """Whether bytes begin as a page does, or hold tags and are called one."""
    is_called_one = suffix in _HTML_SUFFIXES and _HTML_TAG.search(data[:65_536])
    return bool(_HTML_START.match(data[:8192]) or is_called_one)


def is_binary(data: bytes) -> bool:
    """Text in any encoding read here holds next to no control characters."""
    sample = data[:65_536]
    controls = sum(sample.count(bytes([code])) for code in (*range(1, 8), *range(14, 27), *range(28, 32)))
    return not data.startswith(_TEXT_BOMS) and controls * 100 > len(sample)


def _known_name(data: bytes) -> str:
    try:
        return str(puremagic.from_string(data[:65_536])).lstrip(".") or "binary"
    except (puremagic.PureError, ValueError):
        return "binary"
