"""Markdown in, safe HTML out: the only place of the product that makes HTML from what people wrote.

It is a pure function of the text: it reads no database, asks for no reader and never says whether what a text links
to exists. It gives no promise about time; ``portal.platform.rendering`` runs it where it can be stopped.
"""

import html
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markdown import Markdown

from portal.kernel.markup.allowlist import ID_PREFIX, clean
from portal.kernel.markup.source import BRACKET, prepare, readable
from portal.kernel.markup.syntax import PortalSyntax, mermaid_block
from portal.kernel.markup.text import plain_text, summary

__all__ = [
    "MAX_BYTES",
    "RENDERER_VERSION",
    "Notice",
    "Rendered",
    "plain_text",
    "render",
    "summary",
    "unformatted",
]

RENDERER_VERSION = 2
"""Stored beside the HTML. Raise it with every change that makes the same text come out differently."""

MAX_BYTES = 256 * 1024

Notice: TypeAlias = Literal["too_long", "too_slow"]

_EXTENSIONS = (
    *("tables", "footnotes", "def_list", "sane_lists", "nl2br"),
    *("pymdownx.superfences", "pymdownx.highlight", "pymdownx.tilde"),
)
_SETTINGS: dict[str, dict[str, object]] = {
    # The attribute, because the security policy of the pages allows no inline style.
    "tables": {"use_align_attribute": True},
    "footnotes": {"BACKLINK_TITLE": "返回正文 Back to text {}"},
    "pymdownx.highlight": {"use_pygments": True, "guess_lang": False},
    "pymdownx.superfences": {
        "custom_fences": [{"name": "mermaid", "class": "mermaid", "format": mermaid_block}]
    },
    "pymdownx.tilde": {"subscript": False},
}


@dataclass(frozen=True)
class Rendered:
    """The HTML of one text, safe to show to anybody who may read the text, and what the text refers to.

    ``headings`` are (level, text, anchor) in order; ``links`` the titles of wiki links, ``item_ids`` the numbers of
    items linked by address, ``mentions`` whom it names (``user:lina``, ``dept:4``), all in order of first appearance. ``notice`` says why the text stands there unformatted.
    """

    html: str
    has_mermaid: bool = False
    headings: tuple[tuple[int, str, str], ...] = ()
    links: tuple[str, ...] = ()
    item_ids: tuple[int, ...] = ()
    mentions: tuple[str, ...] = ()
    notice: Notice | None = None


def render(text: str) -> Rendered:
    """Render Markdown. Longer than ``MAX_BYTES`` it is shown as it was typed, with the notice ``too_long``."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return unformatted(text, "too_long")
    syntax = PortalSyntax()
    markdown = Markdown(output_format="html", extensions=[*_EXTENSIONS, syntax], extension_configs=_SETTINGS)
    body = clean(markdown.convert(prepare(text)).replace(BRACKET, "["))
    found = syntax.findings
    return Rendered(
        html=body,
        # A less-than sign in text leaves the sanitiser escaped, so this can only be a tag.
        has_mermaid='<pre class="mermaid"' in body,
        headings=tuple((level, title, ID_PREFIX + anchor) for level, title, anchor in found.headings),
        links=tuple(found.links),
        item_ids=tuple(found.item_ids),
        mentions=tuple(found.mentions),
    )


def unformatted(text: str, notice: Notice) -> Rendered:
    """Return *text* escaped, as it was typed: the answer when it cannot be rendered."""
    return Rendered(
        html=f'<pre class="plain" tabindex="0">{html.escape(readable(text))}</pre>', notice=notice
    )
