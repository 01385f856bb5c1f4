"""The pages of a PDF: what each says, and how each looks. Runs in children that may be killed."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium

from portal.platform.extraction.cleaning import clean, rejoin_lines
from portal.platform.extraction.dividing import MAX_PARTS, Taking
from portal.platform.extraction.results import ExtractionRefused, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from portal.platform.extraction.dividing import Parts

PAGE_WIDTH = 1240
"""Pixels across: sharp on a telephone, readable on a desk."""
_MAX_PAGE_PIXELS = 6_000_000
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read_pages(path: Path) -> Parts:
    """The text of each page, with its size in points.

    Raises:
        ExtractionRefused: damaged, behind a password, or written in characters that nothing tells apart.
    """
    book = opened(path)
    taking = Taking()
    total = len(book)
    for number in range(min(total, MAX_PARTS + 1)):
        if taking.is_enough():
            break
        taking.take("", *_page(book, number))
    text = "".join(part.text for part in taking.parts)
    if text and len(_UNREADABLE.findall(text)) * 5 > len(text):
        # Fonts without a table of characters: what would be found is not what is printed.
        raise ExtractionRefused(Reason.ENCODING)
    return taking.result(total)


def _page(book: Any, number: int) -> tuple[str, int, int]:  # noqa: ANN401 - the library ships no types
    try:
        page = book[number]
        text = page.get_textpage().get_text_bounded()
        return clean(rejoin_lines(clean(text))), *_size(page)
    except pdfium.PdfiumError:
        return "", 0, 0  # one damaged page leaves the others readable


def _size(page: Any) -> tuple[int, int]:  # noqa: ANN401 - as above
    width, height = page.get_size()
    return max(1, min(round(width), 20_000)), max(1, min(round(height), 20_000))


def drawn(path: Path, number: int) -> bytes:
    """A page as a picture (WebP). `number` counts from 0.

    Raises:
        ExtractionRefused: there is no such page, or it cannot be drawn.
    """
    book = opened(path)
    if number >= len(book):
        raise ExtractionRefused(Reason.BAD_PATH)
    try:
        page = book[number]
        width, height = page.get_size()
        scale = min(PAGE_WIDTH / max(width, 1), (_MAX_PAGE_PIXELS / max(width * height, 1)) ** 0.5)
        picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    except pdfium.PdfiumError as error:
        raise ExtractionRefused(Reason.BROKEN) from error
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=3)
    return out.getvalue()


def opened(path: Path) -> Any:  # noqa: ANN401 - as above
    """A PDF, ready to be read.

    Raises:
        ExtractionRefused: damaged, or behind a password.
    """
    try:
        book = pdfium.PdfDocument(path)
        len(book)
    except pdfium.PdfiumError as error:
        is_locked = "password" in str(error).lower()
        raise ExtractionRefused(Reason.PASSWORD if is_locked else Reason.BROKEN) from error
    return book
