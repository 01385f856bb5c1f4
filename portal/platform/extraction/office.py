"""Workbooks and presentations as text: a sheet's rows with tabs between their cells, a slide's paragraphs and notes.

Both read only packages whose size was checked before they are unpacked, and no entity and no address named in them.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree
from openpyxl import load_workbook

from portal.platform.extraction.dividing import Taking
from portal.platform.extraction.results import ExtractionRefused, Reason
from portal.platform.extraction.word import check_package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portal.platform.extraction.dividing import Parts

_LOOK_EVERY = 200
_WIDEST = 200
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHOW = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MIDNIGHT = dt.time()


def read_workbook(data: bytes) -> Parts:
    """The sheets of a workbook, with the values that its formulas had when it was saved.

    Raises:
        ExtractionRefused: a bomb, locked, or not a workbook.
    """
    check_package(data)
    taking = Taking()
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if taking.is_enough():
                break
            sheet.reset_dimensions()
            taking.take(sheet.title, "\n".join(_rows(sheet.iter_rows(values_only=True), taking)))
    except MemoryError:
        raise
    except Exception as error:  # a fuzzed package fails in more ways than the library has errors for
        raise ExtractionRefused(Reason.BROKEN) from error
    return taking.result(len(book.worksheets))


def _rows(rows: Iterable[tuple[Any, ...]], taking: Taking) -> Iterator[str]:
    length = 0
    for number, row in enumerate(rows):
        if number % _LOOK_EVERY == 0 and taking.is_enough():
            return
        if line := row_of(row[:_WIDEST]):
            length += len(line)
            yield line
        if length > taking.left:
            return


def row_of(cells: Iterable[Any]) -> str:
    """A row as one line, a tab between its cells; empty when all of them are."""
    return "\t".join(map(_cell, cells)).rstrip("\t")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == _MIDNIGHT:
        value = value.date()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact so far
        value = int(value)
    return " ".join(str(value).split())


def read_presentation(data: bytes) -> Parts:
    """The slides of a presentation in the order in which they are shown.

    Raises:
        ExtractionRefused: a bomb, locked, or not a presentation.
    """
    check_package(data)
    taking = Taking()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            slides = _slides(package)
            for slide in slides:
                if taking.is_enough():
                    break
                taking.take("", "\n".join(_slide(package, slide)))
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise ExtractionRefused(Reason.BROKEN) from error
    return taking.result(len(slides))


def _slides(package: zipfile.ZipFile) -> list[str]:
    show = _tree(package, "ppt/presentation.xml")
    targets = _targets(package, "ppt/presentation.xml")
    listed = (node.get(f"{_RELATION}id", "") for node in show.iter(f"{_SHOW}sldId"))
    return [targets[key] for key in listed if key in targets]


def _slide(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    yield from _paragraphs(_tree(package, name))
    notes = [target for target in _targets(package, name).values() if "/notesSlides/" in f"/{target}"]
    for target in notes[:1]:
        yield from _paragraphs(_tree(package, target))


def _paragraphs(tree: Any) -> Iterator[str]:  # noqa: ANN401 - an element of lxml
    for paragraph in tree.iter(f"{_DRAWING}p"):
        if any(node.get("type") == "slidenum" for node in paragraph.iter(f"{_DRAWING}fld")):
            continue
        words = "".join(
            (node.text or "") if node.tag == f"{_DRAWING}t" else " "
            for node in paragraph.iter(f"{_DRAWING}t", f"{_DRAWING}br")
        )
        if line := " ".join(words.split()):
            yield line


def _targets(package: zipfile.ZipFile, name: str) -> dict[str, str]:
    """What a part points to inside the package, by key."""
    folder, base = posixpath.split(name)
    relations = f"{folder}/_rels/{base}.rels"
    if relations not in package.namelist():
        return {}
    return {
        node.get("Id", ""): posixpath.normpath(posixpath.join(folder, node.get("Target", ""))).lstrip("/")
        for node in _tree(package, relations)
        if node.get("TargetMode") != "External"
    }


def _tree(package: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401 - an element of lxml
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(package.read(name), parser)
