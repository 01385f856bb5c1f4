"""Reads each format part by part. Runs in the child; see `sandbox.read_parts`."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from portal.kernel.markup import plain_text
from portal.platform.extraction.cleaning import clean
from portal.platform.extraction.dividing import Taking
from portal.platform.extraction.encoding import decode
from portal.platform.extraction.formats import Format
from portal.platform.extraction.office import read_presentation, read_workbook, row_of
from portal.platform.extraction.paper import read_pages
from portal.platform.extraction.readers import read_bytes
from portal.platform.extraction.results import ExtractionRefused, Reason
from portal.platform.extraction.sniffing import kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from portal.platform.extraction.dividing import Parts

csv.field_size_limit(1 << 20)


def divided(path: Path, form: Format) -> Parts:
    """What the file at *path* says, part by part.

    Raises:
        ExtractionRefused: damaged, locked, or of a format that has no text.
    """
    if form is Format.PDF:
        return read_pages(path)
    data = path.read_bytes()
    if form is Format.XLSX:
        return read_workbook(data)
    if form is Format.PPTX:
        return read_presentation(data)
    if form is Format.OFFICE:
        kind_of(data, "")  # says by its refusal whether it is locked or merely old
    taking = Taking()
    taking.take("", _TEXTS[form](data))
    return taking.result(1)


def _plain(data: bytes) -> str:
    return clean(decode(data))


def _table(data: bytes) -> str:
    text = decode(data)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return "\n".join(line for line in map(row_of, rows) if line)
    except csv.Error:
        return text


def _prose(data: bytes, name: str) -> str:
    found = read_bytes(data, name)
    body = plain_text(found.body)
    return body if found.title in body[: len(found.title) + 20] else f"{found.title}\n{body}"


def _web_page(data: bytes) -> str:
    try:
        return _prose(data, "a.html")
    except ExtractionRefused as refusal:
        if refusal.reason is not Reason.UNSUPPORTED_TYPE:
            raise
        return _plain(data)


def _nothing(_data: bytes) -> str:
    raise ExtractionRefused(Reason.UNSUPPORTED_TYPE)


_TEXTS = {
    Format.TEXT: _plain,
    Format.MARKDOWN: lambda data: plain_text(decode(data)),
    Format.CSV: _table,
    Format.HTML: _web_page,
    Format.DOCX: lambda data: _prose(data, "a.docx"),
    Format.OFFICE: _nothing,
    Format.SVG: _nothing,
    Format.ZIP: _nothing,
    Format.PICTURE: _nothing,
}
