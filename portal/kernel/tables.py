"""Tables as files: CSV of any usual encoding and separator in, CSV that no spreadsheet takes for formulas out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEPARATORS = (",", ";", "\t")
# The last four are the full-width forms that Chinese input methods produce; spreadsheets fold them.
FORMULA_STARTS = tuple("=+-@|\t\r\n＝＋－＠")
BOM = "\ufeff"
ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table.

    Args:
        line: number of the line it begins in, counted from 1.
        cells: its cells.
        problem: a sentence when the file cannot be read from here on; it is then the last record.
    """

    line: int
    cells: tuple[str, ...]
    problem: str = ""


def decode(data: bytes) -> str:
    """The text of a file: UTF-16 where it says so, else UTF-8 with or without a byte order mark, else GB18030.

    Raises:
        InvalidError: it is no text in any of them.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, ("utf-16",))
    return _decoded(data, ENCODINGS).removeprefix(BOM)


def read(data: bytes) -> list[Record]:
    """The records of a CSV file that are not empty; the separator is the one that its first line has most of.

    Raises:
        InvalidError: the file is no text.
    """
    text = decode(data)
    separator = max(SEPARATORS, key=text.lstrip().partition("\n")[0].count)
    return [
        record for record in _records(text, separator) if record.problem or any(map(str.strip, record.cells))
    ]


def write(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark, without which Excel reads Chinese as noise.

    Every cell is quoted, so that a spreadsheet which splits at another separator does not split inside a cell.
    """
    target = io.StringIO()
    target.write(BOM)
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(value) for value in row] for row in (header, *rows))
    return target.getvalue().encode()


def safe_cell(value: object) -> str:
    """A cell's text that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front.

    Space and quotation marks before the first sign do not count, because spreadsheets drop them. Numbers stay.
    """
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    risky = text.startswith(FORMULA_STARTS) or text.lstrip(" \xa0\u3000\"'").startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text


def _decoded(data: bytes, encodings: Iterable[str]) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidError(_l("This file is no text in UTF-8 or GB18030. Save the table as CSV and try again."))


def _records(text: str, separator: str) -> Iterator[Record]:
    # io.StringIO with newline="" leaves line ends inside quoted cells to the reader, as the csv module asks for.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Record(begins, tuple(cells))
            begins = reader.line_num + 1
    except csv.Error:
        yield Record(
            begins, (), str(_l("The file cannot be read from here on: a quotation mark is not closed."))
        )
