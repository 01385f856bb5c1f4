"""The lines under a hit: the best window of its text, with the matches marked.

Works on the text of the database, for the hits of one page, and finds the words
of a query in the spellings that they may have there (simplified, traditional,
width, case) instead of folding and cutting a whole text: 50,000 characters take
less than a millisecond.  Parts are plain text with a flag; escaping is the
template's business.  Knows no engine and no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from opencc import OpenCC

from portal.platform.search.analysis import HAN, fold, is_han, pairs, stemmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Part = tuple[str, bool]
Span = tuple[int, int, int]
"""Start, end, and the number of the term."""

LENGTH = 120
ELLIPSIS = "…"
_CONTEXT = 24
_MAX_SPANS = 100
_FOLDED = 10_000
"""So many characters are searched again, folded, if nothing was found as it stands."""


_BORDER = re.compile(r"[。！？；\n!?;]|\.\s")
_SOFT_BORDER = re.compile(r"[，、：,:\s）)」』”]")
_LATIN = re.compile(rf"[^\W_{HAN}]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Marks the words of one query; made from `Found.terms`, used for all hits of a page."""

    terms: tuple[str, ...]

    def whole(self, text: str) -> list[Part]:
        """All of a short text, such as a title."""
        return _parts(text, 0, len(text), _merged(self._spans(text)))

    def snippet(self, text: str, length: int = LENGTH) -> list[Part]:
        """About `length` characters around the best matches, or the beginning.

        Begins and ends between sentences where one is near; an ellipsis marks a
        cut inside a text.
        """
        spans = self._spans(text)
        start, end = _window(text, spans, length)
        parts = _parts(text, start, end, _merged(spans))
        before = [(ELLIPSIS, False)] if text[:start].strip() else []
        after = [(ELLIPSIS, False)] if text[end:].strip() else []
        return [*before, *parts, *after]

    def place(self, text: str, length: int = LENGTH) -> int | None:
        """Where the best matches begin; None when there is none."""
        spans = self._spans(text)
        return _best(spans, length)[0] if spans else None

    def _spans(self, text: str) -> list[Span]:
        found = list(self._plain_spans(text, self.terms))
        if not found:
            found = list(self._folded_spans(text))
        return sorted(found)

    def _plain_spans(self, text: str, terms: Sequence[str]) -> Iterator[Span]:
        lower = _lowered(text)
        for number, term in enumerate(terms):
            spans = _han_spans(text, term) if is_han(term) else _latin_spans(lower, term)
            for _, (start, end) in zip(range(_MAX_SPANS), spans, strict=False):
                yield start, end, number

    def _folded_spans(self, text: str) -> Iterator[Span]:
        # Mixed scripts, full-width letters, or a word that the text cuts otherwise.
        same = _folded(text[:_FOLDED])
        yield from self._plain_spans(same, self.terms)
        pieces = [pair for term in self.terms if is_han(term) for pair in pairs(term)]
        yield from self._plain_spans(same, pieces)


def _han_spans(text: str, term: str) -> Iterator[tuple[int, int]]:
    # Most texts hold a word as it was typed; only for others are the tables of the other script loaded.
    for spelling in (term,) if term in text else _spellings(term):
        at = text.find(spelling)
        while at >= 0:
            yield at, at + len(spelling)
            at = text.find(spelling, at + len(spelling))


@lru_cache(maxsize=4_000)
def _spellings(term: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(converter.convert(term) for converter in _traditional()))


@lru_cache(maxsize=1)
def _traditional() -> tuple[OpenCC, ...]:
    return tuple(OpenCC(config) for config in ("s2t", "s2twp", "s2hk"))


def _latin_spans(lower: str, term: str) -> Iterator[tuple[int, int]]:
    is_prefix = term.endswith("*")
    word = term.rstrip("*")
    root = word if is_prefix else stemmed(word)
    at = lower.find(root)
    while at >= 0:
        end = _word_end(lower, at + len(root))
        begins = not (at and _LATIN.match(lower[at - 1]))
        if begins and (is_prefix or word == lower[at : at + len(word)] or stemmed(lower[at:end]) == root):
            exact = lower.startswith(word, at) and not is_prefix and not word.isalpha()
            yield at, at + len(word) if exact else end
        at = lower.find(root, at + len(root))


def _word_end(lower: str, end: int) -> int:
    while end < len(lower) and _LATIN.match(lower[end]):
        end += 1
    return end


def _lowered(text: str) -> str:
    lower = text.lower()
    # A few letters grow when lowered; offsets count more than they do.
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    """Text folded character by character, so that every offset stays."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=20_000)
def _fold_character(character: str) -> str:
    folded = fold(unicodedata.normalize("NFKC", character))
    return folded if len(folded) == 1 else character


def _window(text: str, spans: list[Span], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    first, last = _best(spans, length)
    start = _begin(text, first, max(0, min(_CONTEXT, length - (last - first))))
    return start, _finish(text, max(last, start + 1), min(len(text), max(start + length, last)))


def _best(spans: list[Span], length: int) -> tuple[int, int]:
    """The stretch of at most `length` with the most different terms, then the most matches."""
    best, chosen = (0, 0), (0, 0)
    counts: Counter[int] = Counter()
    low = marked = different = 0
    for start, end, term in spans:
        counts[term] += 1
        different += counts[term] == 1
        marked += end - start
        while end - spans[low][0] > length and spans[low][0] < start:
            gone = spans[low]
            counts[gone[2]] -= 1
            different -= not counts[gone[2]]
            marked -= gone[1] - gone[0]
            low += 1
        if (different, marked) > best:
            best, chosen = (different, marked), (spans[low][0], end)
    return chosen


def _begin(text: str, first: int, room: int) -> int:
    earliest = max(0, first - room)
    borders = [m.end() for m in _BORDER.finditer(text, earliest, first)]
    if borders:
        return borders[-1]
    if not earliest:
        return 0
    soft = [m.end() for m in _SOFT_BORDER.finditer(text, earliest, first)]
    return soft[0] if soft else _outside_word(text, earliest, first)


def _outside_word(text: str, at: int, limit: int) -> int:
    while at < limit and at and text[at - 1].isascii() and text[at - 1].isalnum() and text[at].isalnum():
        at += 1
    return at


def _finish(text: str, least: int, most: int) -> int:
    if most >= len(text):
        return len(text)
    for border in (_BORDER, _SOFT_BORDER):
        ends = [m.end() for m in border.finditer(text, max(least, most - 40), most)]
        if ends:
            return ends[-1]
    return most


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end, _term in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _parts(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> list[Part]:
    parts: list[Part] = []
    at = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        parts += [(text[at : max(first, at)], False), (text[max(first, at) : min(last, end)], True)]
        at = min(last, end)
    parts.append((text[at:end], False))
    return [(_SPACE.sub(" ", part), is_match) for part, is_match in parts if part]
