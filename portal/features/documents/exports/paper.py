"""A document as PDF on A4: title block, text, page numbers. Runs in the child of `press`."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from portal.kernel.messages import _l

MISSING = _l(
    "PDF files cannot be made here: a library is missing. An administrator finds with “portal check” which one."
)
HERE = "http://document.invalid/"  # names nothing; relative addresses need something to be relative to
CHECKBOX = re.compile(r"<input\b[^>]*>")  # a form field on paper is a grey box at best
CSS = """
@page { size: A4; margin: 22mm 20mm 20mm;
  @top-left { content: string(title); font: 8.5pt "Noto Sans CJK SC", sans-serif; color: #566169 }
  @bottom-center { content: counter(page) " / " counter(pages); font: 8.5pt "Noto Sans CJK SC", sans-serif; color: #566169 } }
@page :first { @top-left { content: none } }
html { font: 10.5pt/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #1c2326 }
body { margin: 0; text-align: justify; overflow-wrap: anywhere; orphans: 2; widows: 2 }
h1 { string-set: title content(); font-size: 19pt; line-height: 1.35; margin: 0 0 3mm; text-align: left; bookmark-level: 1 }
h2 { font-size: 14pt; margin: 7mm 0 2mm; bookmark-level: 2 }
h3 { font-size: 12pt; margin: 5mm 0 1.5mm; bookmark-level: 3 }
h4, h5, h6 { font-size: 10.5pt; margin: 4mm 0 1mm; bookmark-level: none }
h1, h2, h3, h4, h5, h6 { break-after: avoid; text-align: left; font-weight: 700 }
.block { border-bottom: 0.6pt solid #c9d0d4; padding-bottom: 4mm; margin-bottom: 6mm }
.block p { margin: 0; font-size: 9pt; color: #566169; text-align: left }
p { margin: 0 0 2.6mm } ul, ol { margin: 0 0 2.6mm; padding-left: 6mm } li { margin-bottom: 0.8mm }
blockquote { margin: 0 0 3mm; padding: 0.5mm 0 0.5mm 4mm; border-left: 1.5pt solid #0b666a; color: #3b464c }
a { color: #0b666a; text-decoration: none } a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 8pt; color: #566169 }
a.footnote-backref { display: none }
pre, code { font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; font-size: 8.8pt }
pre { background: #f3f5f5; padding: 3mm; white-space: pre-wrap; text-align: left; border-radius: 1mm }
code { background: #f3f5f5; padding: 0 0.8mm } pre code { padding: 0 }
table { border-collapse: collapse; width: 100%; margin: 0 0 4mm; font-size: 9.3pt; text-align: left }
th, td { border: 0.5pt solid #c9d0d4; padding: 1.2mm 2mm; vertical-align: top } th { background: #eef1f1 }
th[align=right], td[align=right] { text-align: right } th[align=center], td[align=center] { text-align: center }
thead { display: table-header-group } tr { break-inside: avoid } img { max-width: 100%; max-height: 220mm }
hr { border: 0; border-top: 0.6pt solid #c9d0d4; margin: 5mm 0 } .footnote { font-size: 8.8pt }
li.task-list-item { list-style: none; margin-left: -5mm }
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is laid out.

    Args:
        title: of the document.
        facts: lines of the title block: author, dates, version.
        html: the text, sanitised, its pictures by their keys.
        language: `zh-CN` or `en`.
        host: the address of the portal, for links within it.
    """

    title: str
    facts: tuple[str, ...]
    html: str
    language: str
    host: str


Work = Callable[[Sheet, Mapping[str, bytes]], bytes]


def make(sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """The PDF file."""
    weasyprint: Any = import_module("weasyprint")
    urls: Any = import_module("weasyprint.urls")

    class Pictures(urls.URLFetcher):  # type: ignore[misc]  # the library ships no types
        """Hands out the given pictures and fetches nothing."""

        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ANN401 - as above
            del headers
            key = url.rpartition("/")[2]
            if not url.startswith(f"{HERE}images/") or key not in pictures:
                raise ValueError("not one of the document's own pictures")
            return urls.URLFetcherResponse(url, pictures[key])

    text = page(sheet)
    made = weasyprint.HTML(string=text, base_url=HERE, url_fetcher=Pictures())
    styles = [weasyprint.CSS(string=CSS)]
    return bytes(made.write_pdf(stylesheets=styles, pdf_tags=True, optimize_images=True))


def page(sheet: Sheet) -> str:
    """The whole page. Links within the portal name its address, for a file knows of none."""
    facts = "".join(f"<p>{html.escape(fact)}</p>" for fact in sheet.facts)
    title = html.escape(sheet.title)
    body = sheet.html.replace('href="/', f'href="{html.escape(sheet.host.rstrip("/"))}/')
    boxes = CHECKBOX.sub(lambda found: "☑ " if " checked" in found[0] else "☐ ", body)
    return (
        f'<!doctype html><html lang="{sheet.language}"><head><title>{title}</title></head>'
        f'<body><div class="block"><h1>{title}</h1>{facts}</div>{boxes}</body></html>'
    )


def warm_up() -> None:
    """Lay out a word, so that fonts and libraries are loaded before the first document's time begins."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        make(Sheet("字", (), "<p>字</p>", "zh-CN", ""), {})
    except (ImportError, OSError):
        # Word files are made all the same; whoever wants a PDF is told what is missing.
        return
