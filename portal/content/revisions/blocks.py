"""Taking a Markdown text to pieces: paragraphs, headings, list items, table rows, lines of code.

Nothing is lost: the pieces with the gaps behind them, put together, are the text byte for byte. It is not a parser; it
knows as much of Markdown as is needed to lay two versions of a text side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LINES = re.compile(r"[^\n]*\n|[^\n]+")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
STARTS = (
    ("head", re.compile(r" {0,3}#{1,6}(\s|$)")),
    ("row", re.compile(r"\s*\|")),
    ("item", re.compile(r"\s*([-*+]|\d{1,9}[.)])\s")),
)
RUNS_ON = {"text", "item"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text.

    Args:
        text: what it says; empty only before blank lines at the very beginning.
        gap: the line ends and blank lines behind it.
        look: text, head, row, item or code.
    """

    text: str
    gap: str = ""
    look: str = "text"

    @property
    def source(self) -> str:
        """The piece as it stands in the text."""
        return self.text + self.gap


def split(text: str) -> list[Piece]:
    """The pieces of a text, in order."""
    splitter = _Splitter()
    for line in LINES.findall(text):
        splitter.take(line)
    splitter.close()
    return splitter.pieces


def joined(pieces: list[Piece]) -> str:
    """The text of which `split` made these pieces."""
    return "".join(piece.source for piece in pieces)


class _Splitter:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._lines: list[str] = []
        self._look = "text"
        self._is_over = False
        self._fence = ""

    def take(self, line: str) -> None:
        if not line.strip():
            self._is_over = True
        else:
            look = self._look_of(line)
            if self._is_over or look != "text" or self._look not in RUNS_ON:
                self.close()
                self._look = look
        self._lines.append(line)

    def close(self) -> None:
        if self._lines:
            whole = "".join(self._lines)
            # Blank lines may hold spaces; a line of text keeps those at its end.
            end = len(whole.rstrip())
            end = whole.find("\n", end) if "\n" in whole[end:] else len(whole)
            end = end if whole.strip() else 0
            self.pieces.append(Piece(whole[:end], whole[end:], self._look))
        self._lines, self._is_over = [], False

    def _look_of(self, line: str) -> str:
        fence = FENCE.match(line)
        if self._fence:
            closes = fence and fence[1].startswith(self._fence) and not line[fence.end() :].strip()
            self._fence = "" if closes else self._fence
            return "code"
        if fence:
            self._fence = fence[1]
            return "code"
        return next((look for look, start in STARTS if start.match(line)), "text")
