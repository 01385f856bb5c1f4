"""The portal's own Markdown syntax: wiki links, web addresses beside Chinese, formulas, and the finish of the tree.

It knows Python-Markdown's extension points and nothing of pages, people or permissions. A wiki link points to a
resolver (``/go?title=…``) and never says whether its target exists: the HTML is stored once for all readers.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from portal.kernel.markup.addresses import is_local, is_web

Match: TypeAlias = "tuple[ET.Element | str, int, int]"

_WIKI = r"(?<!\\)\[\[([^\[\]\n|\\]{1,200})(?:\\?\|([^\[\]\n|]{1,200}))?\]\]"
_FORMULA = r"(?<![\\$\w])(\$\$[^$]{1,2000}\$\$|\$(?! )[^$\n]{1,400}(?<![ \\])\$)(?![\w$])"
# Chinese punctuation and letters end an address: "见 https://a.cn/b。后文" links b, not the sentence after it.
_ADDRESS = (
    r"(?<![A-Za-z0-9_@/\"'=])"
    r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%()]{1,2000}(?<=[A-Za-z0-9\-_~/#&=%+@*$)]))"
)
_ITEM = re.compile(r"/(?:items|documents|replies)/(\d{1,18})(?:[/?#].*)?$", re.DOTALL)
# The kept form of a name after an @; `content/mentions` writes it.
_MENTION = r"(?<!\\)@\[([^\[\]\n]{1,80})\]\((?:user:([a-z0-9._-]{1,60})|dept:(\d{1,9}))\)"
_TASK = re.compile(r"\[([ xX])\][ \n]")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TASK_LABELS = {True: "已完成 Done", False: "未完成 To do"}


@dataclass
class Findings:
    """What one rendering learned about the text on its way."""

    headings: list[tuple[int, str, str]] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    item_ids: dict[int, None] = field(default_factory=dict)
    mentions: dict[str, None] = field(default_factory=dict)


class PortalSyntax(Extension):
    """Registers everything below and collects what it finds in ``findings``."""

    def __init__(self) -> None:
        super().__init__()
        self.findings = Findings()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Take raw HTML out and put the portal's syntax in."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)
        # Before escapes (180), because "\|" inside a table cell belongs to the link; after code (190).
        md.inlinePatterns.register(_WikiLink(_WIKI, md, self.findings), "wiki", 187)
        md.inlinePatterns.register(_Mention(_MENTION, md, self.findings), "mention", 186)
        md.inlinePatterns.register(_Formula(_FORMULA, md), "formula", 185)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 118)
        # After the library has put back what it had escaped (0): headings are read as they will be shown.
        md.treeprocessors.register(_Finish(md, self.findings), "finish", -1)


def mermaid_block(source: str, *_args: object, **_options: object) -> str:
    """Format a ``mermaid`` fence: the browser's script reads the text of this element."""
    return f'<pre class="mermaid">{html.escape(source, quote=False)}</pre>'


class _SpacedHeading(HashHeaderProcessor):
    """Headings need the space that GitHub asks for: a line that starts with ``#标签`` is a line with a tag."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ](?P<header>(?:\\.|[^\\\n])*?)#*[ ]*(?:\n|$)")


class _WikiLink(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, md: Markdown, findings: Findings) -> None:
        super().__init__(pattern, md)
        self.findings = findings

    def handleMatch(self, m: re.Match[str], data: str) -> Match:  # type: ignore[override]  # noqa: ARG002, N802
        title = m[1].strip()
        if not title:
            return m[0], m.start(), m.end()
        self.findings.links.setdefault(title)
        link = ET.Element("a", {"class": "wikilink", "href": f"/go?title={quote(title, safe='')}"})
        link.text = AtomicString((m[2] or "").strip() or title)
        return link, m.start(), m.end()


class _Mention(InlineProcessor):
    """A person or a department by name: a link to their page, the same for all readers."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, md: Markdown, findings: Findings) -> None:
        super().__init__(pattern, md)
        self.findings = findings

    def handleMatch(self, m: re.Match[str], data: str) -> Match:  # type: ignore[override]  # noqa: ARG002, N802
        self.findings.mentions.setdefault(f"user:{m[2]}" if m[2] else f"dept:{int(m[3])}")
        address = f"/people/{quote(m[2], safe='')}" if m[2] else f"/people?department={int(m[3])}"
        link = ET.Element("a", {"class": "mention", "href": address})
        link.text = AtomicString(f"@{m[1].strip()}")
        return link, m.start(), m.end()


class _Formula(InlineProcessor):
    """Keeps ``$a_b*c$`` as it was typed; nothing else is done about mathematics."""

    def handleMatch(self, m: re.Match[str], data: str) -> Match:  # type: ignore[override]  # noqa: ARG002, N802
        return m[1], m.start(), m.end()


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Match:  # type: ignore[override]  # noqa: ARG002, N802
        address = _without_open_end(m[1])
        if not is_web(address) or len(address) <= len("https://"):
            return m[0], m.start(), m.end()
        link = ET.Element("a", {"href": address})
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


def _without_open_end(address: str) -> str:
    """``(see https://a.cn/b)`` must not link the bracket, ``https://a.cn/b_(c)`` must."""
    surplus = address.count(")") - address.count("(")
    while surplus > 0 and address.endswith(")"):
        address, surplus = address[:-1], surplus - 1
    return address


class _Finish(Treeprocessor):
    """One walk over the finished tree: headings, pictures, tables, tasks and links to items."""

    def __init__(self, md: Markdown, findings: Findings) -> None:
        super().__init__(md)
        self.findings = findings
        self.depth = 1
        self.tables = 0
        self.anchors: dict[str, int] = {}

    def run(self, root: ET.Element) -> None:
        for parent in list(root.iter()):
            self._visit(parent)
            for index, child in enumerate(list(parent)):
                parent[index] = self._replacement(child)
        for heading in root.iter():
            if heading.tag in _HEADINGS:
                self._heading(heading)

    def _visit(self, element: ET.Element) -> None:
        if element.tag == "li":
            _make_task(element)
        elif element.tag == "a" and (item := _ITEM.match(element.get("href", ""))):
            self.findings.item_ids.setdefault(int(item[1]))

    def _replacement(self, child: ET.Element) -> ET.Element:
        if child.tag == "table":
            return self._scrollable(child)
        if child.tag == "img" and not is_local(child.get("src", "")):
            return _picture_as_link(child)
        return child

    def _heading(self, heading: ET.Element) -> None:
        text = " ".join("".join(_shown(heading)).split())
        # h1 is the title of the page; and no level is skipped, whatever the author did: readers navigate by them.
        self.depth = min(_HEADINGS[heading.tag] + 1, self.depth + 1, 6)
        heading.tag = f"h{self.depth}" if text else "p"
        if text:
            heading.set("id", self._anchor(text))
            self.findings.headings.append((self.depth, text, heading.get("id", "")))

    def _anchor(self, text: str) -> str:
        slug = slugify_unicode(text, "-")[:80] or "section"
        self.anchors[slug] = self.anchors.get(slug, 0) + 1
        return slug if self.anchors[slug] == 1 else f"{slug}_{self.anchors[slug]}"

    def _scrollable(self, table: ET.Element) -> ET.Element:
        self.tables += 1
        # The label carries a number, because two regions of one name cannot be told apart by a screen reader.
        label = f"表格 Table {self.tables}"
        wrap = ET.Element(
            "div", {"class": "table-wrap", "role": "region", "tabindex": "0", "aria-label": label}
        )
        wrap.tail, table.tail = table.tail, None
        wrap.append(table)
        return wrap


def _shown(element: ET.Element) -> Iterator[str]:
    """Yield the text of *element* as it is read, pictures by their description, footnote marks left out."""
    if element.tag == "sup":
        return
    yield element.get("alt", "") if element.tag == "img" else element.text or ""
    for child in element:
        yield from _shown(child)
        yield child.tail or ""


def _make_task(item: ET.Element) -> None:
    holder = item[0] if len(item) and not (item.text or "").strip() and item[0].tag == "p" else item
    text = (holder.text or "").lstrip()
    if not (task := _TASK.match(f"{text} ")):
        return
    is_done = task[1] != " "
    attributes = {"type": "checkbox", "disabled": "disabled", "aria-label": _TASK_LABELS[is_done]}
    box = ET.Element("input", attributes | ({"checked": "checked"} if is_done else {}))
    box.tail = " " + text[task.end() :]
    holder.text = ""
    holder.insert(0, box)
    item.set("class", "task-list-item")


def _picture_as_link(picture: ET.Element) -> ET.Element:
    """A page loads nothing from elsewhere, so a foreign picture becomes a link that the reader may follow."""
    source = picture.get("src", "")
    link = ET.Element("a", {"href": source}) if is_web(source) else ET.Element("span")
    link.text = picture.get("alt") or (source if is_web(source) else "")
    link.tail = picture.tail
    return link
