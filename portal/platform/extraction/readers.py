"""Reads each kind of file into a title and a body. Runs in the child process; must not be called on trust elsewhere.

It knows formats and libraries; limits, processes and archives are the business of others.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from kreuzberg import ConcurrencyConfig, ExtractionConfig, KreuzbergError, extract_bytes_sync

from portal.platform.extraction.cleaning import MAX_TITLE, clean, guess_title, rejoin_lines
from portal.platform.extraction.encoding import decode
from portal.platform.extraction.results import Extracted, ExtractionRefused, Reason
from portal.platform.extraction.sniffing import kind_of
from portal.platform.extraction.word import read_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.platform.extraction.results import Kind

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w\-]{2,40})", re.IGNORECASE)
_HEAD = re.compile(r"<head\b.*?</head\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_FRONT_MATTER = re.compile(r"---\n((?:[^\n]{0,2000}\n){0,60}?)(?:---|\.\.\.)(?:\n|$)")
_FRONT_TITLE = re.compile(r"^title:[ ]*[\"']?(.{1,200}?)[\"']?[ ]*$", re.MULTILINE | re.IGNORECASE)
_FIRST_HEADING = re.compile(r"[ ]{0,3}#{1,2}[ ]+(.{1,300}?)[ #]*$", re.MULTILINE)
_JUNK_TITLE = re.compile(
    r"(?:microsoft word|word document|untitled|无标题|未命名|文档\s*\d*|document\s*\d*|slide 1|.*\.(?:docx?|wps|pdf|tex|dvi|indd)\b).*",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read_bytes(data: bytes, name: str) -> Extracted:
    """Return title and body of the file *name* with the content *data*.

    Raises:
        ExtractionRefused: with the reason.
    """
    kind = kind_of(data, name)
    title, body = _READERS[kind](data, name)
    if not re.search(r"\w", body):
        raise ExtractionRefused(Reason.EMPTY if kind in {"txt", "md"} else Reason.NO_TEXT)
    title = " ".join(title.split())[:MAX_TITLE] or guess_title(body, name)
    return Extracted(title, _without_repeated_title(body, title), kind)


def _plain(data: bytes, name: str) -> tuple[str, str]:
    text = decode(data)
    # Judged before cleaning, which removes lines that name the title, such as "… > … > title".
    return guess_title(text, name), clean(_without_indents(text))


def _without_indents(text: str) -> str:
    """Plain text is read as Markdown later, where four spaces would make code of a paragraph."""
    return re.sub(r"^[ \t\u3000]{2,}(?=\S)", "", text, flags=re.MULTILINE)


def _markdown(data: bytes, name: str) -> tuple[str, str]:
    text = decode(data).replace("\r\n", "\n").lstrip("\ufeff\n")
    title = ""
    if front := _FRONT_MATTER.match(text):
        found = _FRONT_TITLE.search(front[1])
        title, text = (found[1] if found else ""), text[front.end() :]
    heading = _FIRST_HEADING.search(text[:5_000])
    body = text.replace("\x00", "").strip()
    return title or (heading[1] if heading else guess_title(text, name)), body


def _web_page(data: bytes, name: str) -> tuple[str, str]:
    declared = _CHARSET.search(data[:4096])
    page = decode(data, declared[1].decode("ascii") if declared else "")
    found = _TITLE.search(page[:200_000])
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    # The library trusts a charset in the head, which is no longer true, and prints the rest of it as text.
    body = clean(_converted(_HEAD.sub("", page, count=1).encode(), "text/html", "markdown")[1])
    heading = _FIRST_HEADING.search(body)
    # "Title - Section - Site": the page's own heading is the part that names it.
    if heading and (not title or heading[1].strip() in title):
        title = heading[1].strip()
    return title or guess_title(body, name), body


def _word(data: bytes, name: str) -> tuple[str, str]:
    title, body = read_word(data)
    body = clean(body)
    heading = _FIRST_HEADING.search(body[:5_000])
    fallback = heading[1] if heading else guess_title(body, name)
    return fallback if not title or _JUNK_TITLE.fullmatch(title) else title, body


def _pdf(data: bytes, name: str) -> tuple[str, str]:
    title, text = _converted(data, "application/pdf", "plain")
    if len(_UNREADABLE.findall(text)) * 5 > len(text):
        # Fonts without a table of characters: what would be stored is not what is printed.
        raise ExtractionRefused(Reason.ENCODING)
    raw = re.sub(r"\r\n?", "\n", text)
    body = clean(rejoin_lines(clean(raw)))
    return guess_title(body, name) if not title or _JUNK_TITLE.fullmatch(title) else title, body


_READERS: dict[Kind, Callable[[bytes, str], tuple[str, str]]] = {
    "txt": _plain,
    "md": _markdown,
    "html": _web_page,
    "docx": _word,
    "pdf": _pdf,
}


def _converted(data: bytes, media_type: str, output: str) -> tuple[str, str]:
    """Return (title of the metadata, content) as kreuzberg reads it."""
    config = ExtractionConfig(
        use_cache=False, output_format=output, concurrency=ConcurrencyConfig(max_threads=1), ocr=None
    )
    try:
        result = extract_bytes_sync(data, media_type, config=config)
    except KreuzbergError as error:
        is_locked = "password" in str(error).lower()
        raise ExtractionRefused(Reason.PASSWORD if is_locked else Reason.BROKEN) from error
    return str(result.metadata.get("title") or "").strip(), result.content


def _without_repeated_title(body: str, title: str) -> str:
    """The page shows the title above the body; a first line that says the same again is dropped."""
    first, _, rest = body.partition("\n")
    is_repeated = re.sub(r"^[# ]+|[*# ]+$", "", first.strip()) == title
    return rest.strip() if is_repeated and rest.strip() else body
