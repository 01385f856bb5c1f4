"""Finding a phrase in a text as a reader would: width, case, script and line breaks do not count, whole figures do.

Pure functions. Folding keeps the length of the text, so that what is found is shown and replaced as it was written.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Iterator

AROUND = 40
CUT = "…"
_to_simplified = OpenCC("t2s")


@functools.lru_cache(maxsize=32_768)
def _folded(character: str) -> str:
    """One character for one: narrow instead of wide, small instead of capital, simplified instead of traditional."""
    if character.isascii():
        return character.lower()
    narrow = unicodedata.normalize("NFKC", character).lower()
    narrow = narrow if len(narrow) == 1 else character
    simple: str = _to_simplified.convert(narrow)
    return simple if len(simple) == 1 else narrow


def fold(text: str) -> str:
    """The form in which two ways of writing the same are equal; as long as the text itself."""
    return "".join(map(_folded, text))


@functools.lru_cache(maxsize=1024)
def pattern(phrase: str) -> re.Pattern[str]:
    """What finds a phrase in folded text.

    Space beside a Chinese character may come or go, as at the end of a line or around a figure. A phrase that begins or
    ends with a letter or a figure is not found inside a longer word or number: 12.5 is neither 112.5 nor 12.50.
    """
    folded = " ".join(fold(phrase).split())
    parts = [_before(folded[:1])]
    for place, character in enumerate(folded):
        if character != " ":
            parts += [_gap(folded, place), re.escape(character)]
    return re.compile("".join(parts) + _after(folded[-1:]))


def _gap(folded: str, place: int) -> str:
    """What may stand between a character and the one before it."""
    if not place:
        return ""
    has_space = folded[place - 1] == " "
    before = folded[place - 2] if has_space else folded[place - 1]
    if not (before.isascii() and folded[place].isascii()):
        return r"\s*"
    return r"\s+" if has_space else ""


def _before(first: str) -> str:
    if not (first.isascii() and first.isalnum()):
        return ""
    return r"(?<![a-z0-9])(?<![0-9][.,])" if first.isdigit() else r"(?<![a-z0-9])"


def _after(last: str) -> str:
    if not (last.isascii() and last.isalnum()):
        return ""
    return r"(?![a-z0-9])(?![.,][0-9])" if last.isdigit() else r"(?![a-z0-9])"


def count(phrase: str, folded: str) -> int:
    """How often a phrase stands in a text that has been folded."""
    return sum(1 for _ in pattern(phrase).finditer(folded))


def replaced(phrase: str, replacement: str, text: str) -> str:
    """A text with another wording in the place of the phrase; everything else as it was written."""
    kept = 0
    parts: list[str] = []
    for start, end in _places(phrase, text):
        parts += [text[kept:start], replacement]
        kept = end
    return "".join(parts) + text[kept:]


def excerpt(phrase: str, text: str) -> str:
    """The words around the first place of a phrase, empty when it does not stand there."""
    found = next(_places(phrase, text), None)
    if found is None:
        return ""
    start, end = max(0, found[0] - AROUND), found[1] + AROUND
    words = " ".join(text[start:end].split())
    return (CUT if start else "") + words + (CUT if end < len(text) else "")


def marked(phrase: str, text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is the phrase; for showing where it stands."""
    kept = 0
    pieces: list[tuple[str, bool]] = []
    for start, end in _places(phrase, text):
        pieces += [(text[kept:start], False), (text[start:end], True)]
        kept = end
    return [piece for piece in [*pieces, (text[kept:], False)] if piece[0]]


def _places(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in pattern(phrase).finditer(fold(text)))
