"""CSV as offices really have it, and CSV that does nothing when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from portal.kernel import tables
from portal.kernel.errors import InvalidError

ATTACKS = Path(__file__).resolve().parents[3] / "shared" / "attack" / "csv"
ROWS = "用户名,姓名\nwang,王芳\n"


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("gb18030"),
        ROWS.encode("utf-16"),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace(",", ";").encode(),
        ROWS.replace(",", "\t").encode("gb18030"),
        ("\n" + ROWS + ",\n \n").encode(),
    ],
)
def test_every_usual_form_is_read(data: bytes) -> None:
    assert [record.cells for record in tables.read(data)] == [("用户名", "姓名"), ("wang", "王芳")]


def test_records_know_the_line_they_begin_in() -> None:
    found = tables.read(b'a,b\n"1\n1",2\n\n3,4\n')
    assert [(record.line, record.cells[0]) for record in found] == [(1, "a"), (2, "1\n1"), (5, "3")]


def test_an_open_quotation_mark_ends_the_table_with_a_sentence() -> None:
    found = tables.read(b'a,b\n1,2\n3,"4\n5,6\n')
    assert [record.line for record in found] == [1, 2, 3]
    assert "quotation mark" in found[-1].problem


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"PK\x03\x04\x00\x00", b"\x81\xff\xff\xff", b"a\x00,b"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidError, match="no text"):
        tables.read(data)


@pytest.mark.parametrize("start", list("=+-@|\t\r\n＝＋－＠"))
def test_what_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert tables.safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert tables.safe_cell(f'  "{start}1').startswith("'")


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (-3, "-3"), (2.5, "2.5"), ("王芳", "王芳"), ("a=b", "a=b")]
)
def test_the_rest_stays_as_it_is(value: object, text: str) -> None:
    assert tables.safe_cell(value) == text


@pytest.mark.skipif(not ATTACKS.exists(), reason="the collection of attacks is not here")
def test_no_collected_formula_survives() -> None:
    cells = json.loads((ATTACKS / "generated_prefix_matrix.json").read_text("utf-8"))
    cells += (ATTACKS / "payloadbox_csv.txt").read_text("utf-8").splitlines()
    written = tables.write(["x"], [[cell] for cell in cells]).decode("utf-8-sig")
    read = [row[0] for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert len(read) == len(cells)
    assert [cell for cell in read if cell.lstrip(' "\xa0').startswith(tables.FORMULA_STARTS)] == []
