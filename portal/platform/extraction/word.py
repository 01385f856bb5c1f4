"""A Word document as Markdown: headings, lists, paragraphs and tables; no formatting, pictures or margins.

It walks the XML itself, because python-docx shows neither content controls nor text inserted under change tracking.
It reads only packages whose size was checked before they are unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml.ns import qn

from portal.platform.extraction.results import ExtractionRefused, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.oxml.xmlchemy import BaseOxmlElement

MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 150
MAX_PARTS = 5_000
_RATIO_COUNTS_FROM = 1024 * 1024

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*])|(?<!\w)_|_(?!\w)|\[(?=\[)")
_BLOCK_START = re.compile(r"^(?:#{1,6}(?=\s)|>|[-+](?=\s)|(\d{1,9})[.)](?=\s))", re.MULTILINE)
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAX_LEVEL = 8


def read_word(data: bytes) -> tuple[str, str]:
    """Return (title of the document's properties, body in Markdown).

    Raises:
        ExtractionRefused: a bomb, or not a package that Word would open.
    """
    check_package(data)
    try:
        document = Document(io.BytesIO(data))
        body = "\n".join(_Writer(document).blocks()).strip()
        return (document.core_properties.title or "").strip(), body
    except MemoryError:
        raise
    except Exception as error:  # a fuzzed package fails in more ways than python-docx has errors for
        raise ExtractionRefused(Reason.BROKEN) from error


def check_package(data: bytes) -> None:
    """See that an Office file may be unpacked.

    Raises:
        ExtractionRefused: it is a bomb, or a part of it is encrypted.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise ExtractionRefused(Reason.PASSWORD)
    total = sum(part.file_size for part in parts)
    is_dense = any(
        part.file_size > _RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if is_dense or total > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise ExtractionRefused(Reason.ZIP_BOMB)


class _Writer:
    """Writes the blocks of one document."""

    def __init__(self, document: Document) -> None:  # type: ignore[valid-type]
        self.body = document.element.body  # type: ignore[attr-defined]
        self.styles = {style.style_id: style for style in document.styles}  # type: ignore[attr-defined]
        self.formats = _number_formats(document)
        self.in_list = False

    def blocks(self) -> Iterator[str]:
        """Yield the lines of the Markdown, blank ones included."""
        for element in _blocks(self.body):
            if element.tag == qn("w:tbl"):
                yield from ("", *_table(element), "")
                self.in_list = False
            else:
                yield from self._paragraph(element)

    def _paragraph(self, element: BaseOxmlElement) -> Iterator[str]:
        text = _escaped(_text_of(element)).strip()
        if not text:
            return
        style = self._style_name(element)
        if level := _heading_level(style):
            yield from ("", f"{'#' * level} {' '.join(text.split())}", "")
        elif marker := self._list_marker(element, style):
            yield from (() if self.in_list else ("",))
            yield marker + " ".join(text.split())
        else:
            yield from ("", _BLOCK_START.sub(_escaped_start, text), "")
        self.in_list = bool(not level and marker) if not level else False

    def _style_name(self, element: BaseOxmlElement) -> str:
        found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self.styles.get(found.get(qn("w:val"))) if found is not None else None
        return (style.name or "") if style is not None else ""

    def _list_marker(self, element: BaseOxmlElement, style: str) -> str:
        number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if number is not None:
            key, level = _number(number, "w:numId"), min(_number(number, "w:ilvl"), _MAX_LEVEL)
            # The number 0 takes a paragraph out of its list.
            ordered = self.formats.get((key, level), "bullet") not in {"bullet", "none"}
            return "    " * level + ("1. " if ordered else "- ") if key else ""
        if named := re.match(r"List (Bullet|Number)(?: (\d))?$", style):
            level = int(named[2] or 1) - 1
            return "    " * level + ("1. " if named[1] == "Number" else "- ")
        return ""


def _blocks(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield paragraphs and tables in order, those inside content controls too; without recursion."""
    waiting = list(parent)[::-1]
    while waiting:
        element = waiting.pop()
        if element.tag in {qn("w:p"), qn("w:tbl")}:
            yield element
        elif element.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins")}:
            waiting.extend(list(element)[::-1])


def _text_of(element: BaseOxmlElement) -> str:
    """Return the text as it would be printed: deletions have another tag, old renderings of drawings are skipped."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag == _TEXT:
            parts.append(node.text or "")
        elif node.tag in {_BREAK, _RETURN}:
            parts.append("\n")
        elif node.tag == _TAB and node.getparent().tag != qn("w:tabs"):
            parts.append(" ")
        elif node.tag != _FALLBACK:
            waiting.extend(list(node)[::-1])
    return "".join(parts)


def _table(table: BaseOxmlElement) -> list[str]:
    rows = [[_cell(cell) for cell in row.findall(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def _cell(cell: BaseOxmlElement) -> str:
    paragraphs = (_text_of(paragraph) for paragraph in cell.iter(qn("w:p")))
    return " ".join(_escaped(" ".join(paragraphs)).replace("|", "\\|").split())


def _heading_level(style: str) -> int:
    if style in {"Title", "标题", "標題"}:
        return 1
    found = _HEADING.match(style)
    return min(int(found[1]), 6) if found else 0


def _number(properties: BaseOxmlElement, name: str) -> int:
    found = properties.find(qn(name))
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return int(value) if value.isdecimal() else 0


def _number_formats(document: Document) -> dict[tuple[int, int], str]:  # type: ignore[valid-type]
    """Return (list, level) -> "bullet", "decimal", …: which lists count and which only point."""
    try:
        numbering = document.part.numbering_part.element  # type: ignore[attr-defined]
    except (KeyError, NotImplementedError):
        return {}
    formats: dict[tuple[int, int], str] = {}
    abstract = {item.get(qn("w:abstractNumId")): item for item in numbering.findall(qn("w:abstractNum"))}
    for number in numbering.findall(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        levels = abstract.get(link.get(qn("w:val"))) if link is not None else None
        for level in levels.findall(qn("w:lvl")) if levels is not None else ():
            form = level.find(qn("w:numFmt"))
            key = (int(number.get(qn("w:numId"))), int(level.get(qn("w:ilvl"), "0")))
            formats[key] = form.get(qn("w:val"), "bullet") if form is not None else "bullet"
    return formats


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda mark: f"\\{mark[0]}", text)


def _escaped_start(start: re.Match[str]) -> str:
    return f"{start[1]}\\{start[0][-1]}" if start[1] else f"\\{start[0]}"
