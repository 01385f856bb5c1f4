"""A document as a Word file: a walk over our own sanitised HTML. Runs in the child of `press`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import html
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.features.documents.exports.paper import Sheet

LATIN, CHINESE, MONO = "Calibri", "微软雅黑", "Consolas"
WIDTH = Cm(16)
INK, SOFT, BRAND = RGBColor(0x1C, 0x23, 0x26), RGBColor(0x56, 0x61, 0x69), RGBColor(0x0B, 0x66, 0x6A)
HEADINGS = {"h2": 1, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
DEEPEST_LIST = 3
ALIGNMENTS = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
BLOCKS = {"p", "ul", "ol", "pre", "table", "blockquote", "div", "hr", "dl", *HEADINGS}
SHOWN_BY_WORD = {"PNG", "JPEG", "GIF"}


def make(sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """The Word file."""
    return _Writer(sheet, pictures).write()


class _Writer:
    """Writes blocks one below the other; what stands inside a line is written by `_Line`."""

    def __init__(self, sheet: Sheet, pictures: Mapping[str, bytes]) -> None:
        self.sheet, self.pictures = sheet, pictures
        self.document: Any = docx.Document()

    def write(self) -> bytes:
        _dress(self.document, self.sheet)
        self.document.add_paragraph(self.sheet.title, "Title")
        for fact in self.sheet.facts:
            self.document.add_paragraph().add_run(fact).font.color.rgb = SOFT
        for node in html.fragments_fromstring(self.sheet.html or "<p></p>"):
            self.block(node, self.document)
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def block(self, node: Any, place: Any, style: str | None = None) -> None:  # noqa: ANN401 - nodes of lxml
        """Write a block into a document or a cell; what stands between blocks is a paragraph of its own."""
        if isinstance(node, str):
            if node.strip():
                place.add_paragraph(node.strip(), style)
            return
        if not isinstance(node.tag, str):
            return
        if node.tag in HEADINGS:
            self.line(place.add_paragraph(style=f"Heading {HEADINGS[node.tag]}"), node)
        elif node.tag in {"ul", "ol"}:
            self.listing(node, place, 1)
        elif node.tag == "pre":
            _code(place.add_paragraph(style="Code"), node.text_content())
        elif node.tag == "table":
            self.table(node, place)
        elif node.tag == "hr":
            place.add_paragraph("—" * 12).alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif any(child.tag in BLOCKS for child in node):
            self.inside(node, place, "Quote" if node.tag == "blockquote" else style)
        else:
            self.line(place.add_paragraph(style="Quote" if node.tag == "blockquote" else style), node)

    def inside(self, node: Any, place: Any, style: str | None) -> None:  # noqa: ANN401 - as above
        """The blocks within a block, and the text between them."""
        self.block(node.text or "", place, style)
        for child in node:
            self.block(child, place, style)
            self.block(child.tail or "", place, style)

    def listing(self, node: Any, place: Any, depth: int) -> None:  # noqa: ANN401 - as above
        """A list; numbers begin anew with each."""
        kind = "List Number" if node.tag == "ol" else "List Bullet"
        style = kind if depth == 1 else f"{kind} {min(depth, DEEPEST_LIST)}"
        number = _new_numbering(self.document, style, node) if node.tag == "ol" else None
        for item in node.iterchildren("li"):
            paragraph = place.add_paragraph(style=style)
            if number is not None:
                _number(paragraph, number)
            self.line(paragraph, item)
            for child in item:
                if child.tag in {"ul", "ol"}:
                    self.listing(child, place, depth + 1)
                elif child.tag in {"pre", "table", "blockquote"}:
                    self.block(child, place)

    def table(self, node: Any, place: Any) -> None:  # noqa: ANN401 - as above
        """A table with a grid; its head is repeated on every page."""
        rows = list(node.iter("tr"))
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        made = place.add_table(rows=0, cols=columns)
        made.style = self.document.styles["Table Grid"]
        for row in rows:
            cells = made.add_row().cells
            for cell, source in zip(cells, row, strict=False):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = ALIGNMENTS.get(source.get("align", ""))
                self.line(paragraph, source, bold=source.tag == "th")
        if rows and rows[0].find("th") is not None:
            made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no other way
        place.add_paragraph()

    def line(self, paragraph: Any, node: Any, *, bold: bool = False) -> None:  # noqa: ANN401 - as above
        """What stands in a line."""
        _Line(self, paragraph).write(node, {"bold"} if bold else set())


class _Line:
    """Writes text with its marks, links and pictures into a paragraph."""

    MARKS = {"strong": "bold", "em": "italic", "del": "strike", "code": "code", "sup": "superscript"}  # noqa: RUF012

    def __init__(self, writer: _Writer, paragraph: Any) -> None:  # noqa: ANN401 - of python-docx
        self.writer, self.paragraph = writer, paragraph

    def write(self, node: Any, marks: set[str], link: str = "") -> None:  # noqa: ANN401 - a node of lxml
        self.text(node.text, marks, link)
        for child in node:
            self.child(child, marks, link)
            self.text(child.tail, marks, link)

    def child(self, node: Any, marks: set[str], link: str) -> None:  # noqa: ANN401 - as above
        if node.tag == "br":
            self.paragraph.add_run().add_break()
        elif node.tag == "img":
            self.picture(node)
        elif node.tag == "input":
            self.text("☑" if node.get("checked") is not None else "☐", marks, link)
        elif node.tag == "a":
            is_back = "footnote-backref" in (node.get("class") or "")
            self.write(node, marks, "" if is_back else self.address(node.get("href") or ""))
        elif node.tag not in {"ul", "ol", "pre", "table", "blockquote"}:
            mark = self.MARKS.get(node.tag)
            self.write(node, marks | {mark} if mark else marks, link)

    def address(self, href: str) -> str:
        """Links within the portal name its address; those within the text are none on paper."""
        if href.startswith("/"):
            return self.writer.sheet.host.rstrip("/") + href
        return "" if href.startswith("#") else href

    def text(self, text: str | None, marks: set[str], link: str) -> None:
        if not text:
            return
        run = self.paragraph.add_run(" ".join(text.split("\n")))
        for mark in marks - {"code"}:
            setattr(run.font, mark, True)
        if "code" in marks:
            _font(run.font, run._element, MONO)  # noqa: SLF001 - the library reaches no East Asian font
        if link:
            run.font.color.rgb, run.font.underline = BRAND, True
            _link(self.paragraph, run, link)

    def picture(self, node: Any) -> None:  # noqa: ANN401 - as above
        data = self.writer.pictures.get((node.get("src") or "").rpartition("/")[2])
        if data is None:
            self.text(f"[{node.get('alt') or '…'}]", set(), "")
            return
        stream, width = _fit(data)
        self.paragraph.add_run().add_picture(stream, width=width)


def _fit(data: bytes) -> tuple[io.BytesIO, int]:
    """A picture that Word shows, no wider than the page."""
    with Image.open(io.BytesIO(data)) as opened:
        width = min(int(opened.width / 96 * 914_400), int(WIDTH))
        if opened.format in SHOWN_BY_WORD:
            return io.BytesIO(data), width
        out = io.BytesIO()
        opened.convert("RGBA").save(out, "PNG")
    out.seek(0)
    return out, width


def _dress(document: Any, sheet: Sheet) -> None:  # noqa: ANN401 - of python-docx
    """Paper, fonts for both scripts, and properties of the file."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    document.core_properties.title = sheet.title
    document.core_properties.author = sheet.facts[0] if sheet.facts else ""
    document.core_properties.comments = ""
    styles = document.styles
    code = styles.add_style("Code", 1)
    code.paragraph_format.left_indent = Cm(0.4)
    for style in styles:
        if style.type in {1, 2} and style.name != "Code":
            _font(style.font, style.element, LATIN)
    _font(code.font, code.element, MONO)
    code.font.size = Pt(9)
    styles["Normal"].font.size = Pt(10.5)
    styles["Normal"].paragraph_format.line_spacing = 1.3
    for name in ("Title", *(f"Heading {level}" for level in range(1, 6))):
        styles[name].font.color.rgb = INK


def _font(font: Any, element: Any, latin: str) -> None:  # noqa: ANN401 - of python-docx
    """Both scripts: without the East Asian attribute Word shows Chinese in whatever it finds."""
    font.name = latin
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _code(paragraph: Any, text: str) -> None:  # noqa: ANN401 - of python-docx
    lines = text.rstrip("\n").split("\n")
    for number, line in enumerate(lines):
        run = paragraph.add_run(line)
        if number < len(lines) - 1:
            run.add_break()


def _link(paragraph: Any, run: Any, address: str) -> None:  # noqa: ANN401 - of python-docx
    """Put a run into a hyperlink."""
    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run._element.addprevious(link)  # noqa: SLF001 - the library makes no links
    link.append(run._element)  # noqa: SLF001 - as above


def _new_numbering(document: Any, style: str, node: Any) -> int:  # noqa: ANN401 - of python-docx and lxml
    """A numbering that begins where the list does."""
    numbering = document.part.numbering_part.numbering_definitions._numbering  # noqa: SLF001 - no other way
    present = document.styles[style].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(present).abstractNumId.val
    made = numbering.add_num(abstract)
    first = node.get("start") or "1"
    made.add_lvlOverride(ilvl=0).add_startOverride(int(first) if first.isdecimal() else 1)
    return int(made.numId)


def _number(paragraph: Any, number: int) -> None:  # noqa: ANN401 - of python-docx
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - the library sets no numbers
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number
