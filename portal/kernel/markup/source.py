"""Brings Markdown as people type it into the narrower form that Python-Markdown reads.

The library wants four spaces for a nested list, a blank line before a list and knows no ``1)``; people (and GitHub) write
lists right under a sentence and indent by two. This module rewrites lines, in one pass, without looking at what
they say. It also blunts the inputs that make the library quadratic: endless quotation marks, brackets and nesting.

It refuses to know inline syntax and HTML.
"""

import re
from dataclasses import dataclass, field

_CODE_INDENT = 4
MAX_LIST_DEPTH = 12
MAX_QUOTE_DEPTH = 8
MAX_BRACKETS_IN_BLOCK = 500
"""Python-Markdown looks for the end of a link from every bracket to the end of the block: quadratic beyond reason."""

BRACKET = "\ufdd0"
"""Stands for a bracket beyond that number until the HTML is made; as a noncharacter it is in no text."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef]")
_LIST_ITEM = re.compile(r"(?P<mark>[-+*]|\d{1,9}[.)])(?P<gap> +|$)(?P<rest>.*)")
_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})[ ]*(?P<language>[\w+#.-]*)[^`]*$")
_RULE = re.compile(r"([-*_])(?: *\1){2,} *$")
_WIKI_PIPE = re.compile(r"(\[\[[^\[\]|\n\\]{1,200})\|(?=[^\[\]|\n]{1,200}\]\])")


def prepare(text: str) -> str:
    """Return *text* with unix line ends, no control characters and block structure spelt out for Python-Markdown."""
    return "\n".join(_Rewriter().rewrite(readable(text).expandtabs(4).split("\n")))


def readable(text: str) -> str:
    """Return *text* without control characters and lone surrogates, which neither HTML nor a sanitiser can carry."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass
class _Rewriter:
    out: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    """Column where the text of each open list item starts, outermost first."""
    fence: str = ""
    in_paragraph: bool = False
    after_blank: bool = True
    brackets: int = 0

    def rewrite(self, lines: list[str]) -> list[str]:
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            self._line(line, following)
        if self.fence:
            self._emit(self.fence)
        return self.out

    def _line(self, line: str, following: str) -> None:
        if self.fence:
            self._in_fence(line)
        elif not line.strip():
            self._blank()
        else:
            self._block(line, following)
            self.after_blank = False

    def _in_fence(self, line: str) -> None:
        stripped = line.strip()
        inside = line[min(_indent(line), self._column()) :]
        self.out.append("    " * len(self.offsets) + inside if stripped else "")
        if len(stripped) >= len(self.fence) and set(stripped) == {self.fence[0]}:
            self.fence = ""
            # Or Python-Markdown takes the block and the line after it for one paragraph.
            self._blank()

    def _blank(self) -> None:
        self.out.append("")
        self.in_paragraph, self.after_blank, self.brackets = False, True, 0

    def _block(self, line: str, following: str) -> None:
        indent, content = _indent(line), line.strip()
        item = None if _RULE.match(content) else _LIST_ITEM.match(content)
        fence = _FENCE.match(content)
        in_list = bool(self.offsets)
        if item or fence or self.after_blank:
            self._leave_items(indent)
        relative = max(indent - self._column(), 0)
        if relative >= _CODE_INDENT and (self.after_blank or not item):
            self._indented(content, relative)
        elif fence:
            self._open_fence(fence)
        elif item and (in_list or self._may_start(item)):
            self._item(item, indent, in_list=in_list)
        else:
            self._text(content, following, relative)

    def _leave_items(self, indent: int) -> None:
        while self.offsets and indent < self.offsets[-1]:
            self.offsets.pop()

    def _column(self) -> int:
        return self.offsets[-1] if self.offsets else 0

    def _indented(self, content: str, relative: int) -> None:
        if self.after_blank or not self.in_paragraph:
            self._emit(" " * min(relative, 60) + content)
        else:
            self._emit(content)

    def _open_fence(self, fence: re.Match[str]) -> None:
        # The rest of the info string is dropped: options of the highlighter are not part of our Markdown.
        self.fence = fence["mark"]
        self._separate()
        self._emit(fence["mark"] + fence["language"])
        self.in_paragraph = False

    def _may_start(self, item: re.Match[str]) -> bool:
        # As on GitHub: only a list that starts at 1 may interrupt a paragraph, or "2015. A year" would be one.
        return not self.in_paragraph or (bool(item["rest"]) and item["mark"] in {"-", "+", "*", "1.", "1)"})

    def _item(self, item: re.Match[str], indent: int, *, in_list: bool) -> None:
        if not in_list:
            self._separate()
        mark = item["mark"].replace(")", ".")
        self._emit(f"{mark} {self._guarded(item['rest'])}")
        gap = len(item["gap"]) if 0 < len(item["gap"]) <= _CODE_INDENT else 1
        if len(self.offsets) < MAX_LIST_DEPTH:
            self.offsets.append(indent + len(item["mark"]) + gap)
        self.in_paragraph = True

    def _text(self, content: str, following: str, relative: int) -> None:
        if "|" in content and _is_table_rule(following):
            self._separate()
        if content.startswith("|"):
            content = _WIKI_PIPE.sub(r"\1\\|", content)
        self._emit(" " * min(relative, 3) + self._guarded(_shallow(content)))
        self.in_paragraph = not _RULE.match(content) and not content.startswith(("#", "|"))

    def _separate(self) -> None:
        if self.in_paragraph and self.out[-1]:
            self.out.append("")

    def _guarded(self, content: str) -> str:
        self.brackets += content.count("[")
        return content.replace("[", BRACKET) if self.brackets > MAX_BRACKETS_IN_BLOCK else content

    def _emit(self, content: str) -> None:
        self.out.append("    " * len(self.offsets) + content)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_table_rule(line: str) -> bool:
    return "-" in line and "|" in line and not set(line) - set("|:- ")


def _shallow(content: str) -> str:
    """Drop quotation marks beyond the depth that anybody reads."""
    if not content.startswith(">"):
        return content
    position = depth = 0
    while position < len(content) and content[position] in "> ":
        depth += content[position] == ">"
        position += 1
    return content if depth <= MAX_QUOTE_DEPTH else "> " * MAX_QUOTE_DEPTH + content[position:]
