"""Markdown as plain words, for the search index and for summaries.

Every step is one linear pass with bounded patterns, so that it may run in the request on any text. It builds no tree
and makes no HTML; where the syntax is ambiguous it keeps characters rather than lose words.
"""

import html
import re
from collections.abc import Iterator

from portal.kernel.markup.source import readable

_SUMMARY_SOURCE = 8_000
_FENCE = re.compile(r"[ >]{0,40}(`{3,}|~{3,})")
_LINE_START = re.compile(
    r"[ \t]{0,40}(?:>[ ]?){0,20}(?:(?:[-+*]|\d{1,9}[.)])[ ]+)?(?:\[[ xX]\][ ]+)?(#{1,6}[ ]+)?"
)
_RULE = re.compile(r"[ ]{0,3}(?:[-*_=][ ]*){2,}$")
_TABLE_RULE = re.compile(r"[ |:\-]{3,}$")
_DEFINITION = re.compile(r"[ ]{0,3}\[(\^?)[^\[\]\n]{1,200}\]:[ ]*(.*)")
_WIKI = re.compile(r"\[\[(?:[^\[\]\n|]{1,200}\\?\|)?([^\[\]\n|]{1,200})\]\]")
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,1000})\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:[ ]+[\"'][^\"'\n]{0,300}[\"'])?\)"
)
_REFERENCE = re.compile(r"!?\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,200}\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]{1,100}\]")
_ANGLED = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>])")
_MARKS = re.compile(
    r"(https?://[^\s`*<>()\[\]]+)|`{1,8}|~~|\*{2,3}(?=\S)|(?<=\S)\*{2,3}|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)"
)
_SENTENCE_END = "。！？；!?;"


def plain_text(markdown: str) -> str:
    """Return the words of *markdown*, one line for each of its lines, without marks, addresses of links and rules."""
    lines = (_words(line) for line, _ in _lines(markdown))
    return "\n".join(line for line in lines if line)


def summary(markdown: str, limit: int = 160) -> str:
    """Return the first *limit* characters of running text: no headings, code or tables; ended by "…" when cut."""
    parts = []
    for line, is_prose in _lines(markdown[:_SUMMARY_SOURCE]):
        if is_prose and (words := _words(line)):
            parts.append(words)
    return _cut(" ".join(parts), limit) or _cut(
        " ".join(plain_text(markdown[:_SUMMARY_SOURCE]).split()), limit
    )


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Yield each line that shows something, and whether it is running text."""
    fence = ""
    for line in readable(markdown).split("\n"):
        opening = _FENCE.match(line)
        if opening and not fence:
            fence = opening[1][:3]
        elif opening and opening[1].startswith(fence):
            fence = ""
        elif fence:
            yield line, False
        elif not _RULE.match(line) and not _TABLE_RULE.match(line):
            yield line, not line.lstrip().startswith(("#", "|"))


def _words(line: str) -> str:
    if definition := _DEFINITION.match(line):
        line = definition[2] if definition[1] else ""
    start = _LINE_START.match(line)
    text = line[start.end() :] if start else line
    if text.startswith("|") or text.rstrip().endswith("|"):
        text = text.replace("\\|", "\x00").replace("|", " ").replace("\x00", "|")
    return " ".join(html.unescape(_inline(text)).split())


def _inline(text: str) -> str:
    if "[" in text:
        text = _WIKI.sub(r"\1", text)
        text = _LINK.sub(r"\1", text)
        text = _REFERENCE.sub(r"\1", text)
        text = _FOOTNOTE.sub("", text)
    text = _ANGLED.sub(r"\1", text)
    # Escaped marks step aside (private use) while the real ones are taken away.
    text = _ESCAPED.sub(lambda mark: chr(0xE000 + ord(mark[1])), text)
    return _restored(_MARKS.sub(lambda mark: mark[1] or "", text))


def _restored(text: str) -> str:
    return re.sub("[\ue000-\ue07f]", lambda mark: chr(ord(mark[0]) - 0xE000), text)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    stop = max(head.rfind(mark) for mark in _SENTENCE_END)
    if stop >= limit // 2:
        return head[: stop + 1]
    space = len(head) if text[limit - 1] == " " else head.rfind(" ")
    # An English word is not cut in two; Chinese has no spaces and may be cut anywhere.
    return (head[:space] if space >= limit * 3 // 4 else head).rstrip("，,、：: ") + "…"
