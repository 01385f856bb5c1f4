"""From text to terms, the same for what is stored and what is asked.

Text is folded (NFKC, traditional to simplified with Taiwan's vocabulary, lower
case) and read as *units*: one Chinese character, or one alphanumeric piece.
Positions are ordinals of units.  The terms of a text are its units, every pair
of neighbouring Chinese characters, the joints where letters meet characters,
words of three or more characters, and Latin tokens whole and in stemmed parts.  Pairs rather than words carry the
search, because a pair is in a text or is not, whatever the dictionary thinks of
the words around it; the dictionary decides what in a question is a word.

Refuses to know fields, scores, engines and the query language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import rjieba
from opencc import OpenCC

from portal.platform.search.stemming import stem
from portal.platform.search.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
MAX_TOKEN = 64
_LONG = 3
"""Words of so many characters or more are terms of their own; shorter ones are pairs anyway."""

JOINT = 2.0
"""Weight of a joint in a question: letters and characters typed as one word are meant as one (chosen on both collections)."""

RAW = "="
"""Prefix of the unstemmed form of a Latin part, which only prefix words look at."""

_RUN = re.compile(
    rf"[{HAN}]+|[^\W_{HAN}]+(?:[.\-_+#/&'’@][^\W_{HAN}]+)*(?:\+\+?|#)?",
)
_PART = re.compile(rf"[^\W_{HAN}]+")
_HAN = re.compile(rf"[{HAN}]")
_SENTENCE = re.compile(r"[。！？；，…?!;,]")
_STEMMABLE = re.compile(r"[a-z]{3,}\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")

_FOLD = OpenCC("tw2sp")


class _Dictionary:
    """The word cutter in use.

    It is replaced whole: adding words to one that other threads are cutting with
    is an error in the library.
    """

    jieba: rjieba.Jieba = rjieba._DEFAULT_JIEBA  # noqa: SLF001 - a second instance costs a second dictionary in memory
    words: frozenset[str] = frozenset()


def use_words(words: Iterable[str]) -> None:
    """Teach the cutter the glossary and the names of customers, replacing earlier ones.

    Items need no new indexing: words only sharpen the reading of questions.
    """
    chosen = frozenset(fold(word).strip() for word in words) - {""}
    if chosen == _Dictionary.words:
        return
    jieba = rjieba.Jieba()
    for word in sorted(chosen):
        jieba.add_word(word, None, None)
    _Dictionary.jieba, _Dictionary.words = jieba, chosen


def fold(text: str) -> str:
    """Bring text to the one form that is compared: width, script, case."""
    clean = _SURROGATE.sub(" ", text)
    folded: str = _FOLD.convert(unicodedata.normalize("NFKC", clean)).lower()
    return folded


def runs(text: str) -> list[str]:
    """The unbroken runs of Chinese and the alphanumeric tokens of a text, folded."""
    return _RUN.findall(fold(text))


def joined_runs(text: str) -> Iterator[tuple[str, str]]:
    """The runs of a text, each with the joint between it and the run before, or an empty string.

    Where letters and characters stand together, as in `ERP系统` or `装ERP`, a joint is what a pair is within Chinese: it
    says that the two stood side by side. One space between them makes no difference.
    """
    folded, before, end = fold(text), "", 0
    for match in _RUN.finditer(folded):
        run, touches = match[0], folded[end : match.start()] in {"", " "}
        yield run, _joint(before, run) if before and touches and is_han(before) != is_han(run) else ""
        before, end = run, match.end()


def _joint(before: str, after: str) -> str:
    if is_han(before):
        return before[-1] + stemmed(parts(after)[0])
    return stemmed(parts(before)[-1]) + after[0]


def is_han(run: str) -> bool:
    """Whether a run is Chinese."""
    return _HAN.match(run) is not None


@lru_cache(maxsize=20_000)
def parts(token: str) -> tuple[str, ...]:
    """The pieces of an alphanumeric token, unstemmed: crm-2.0 → crm, 2, 0."""
    return tuple(piece[:MAX_TOKEN] for piece in _PART.findall(token))


@lru_cache(maxsize=50_000)
def stemmed(piece: str) -> str:
    """The stem of an English piece; anything else unchanged."""
    return stem(piece) if _STEMMABLE.match(piece) else piece


def pairs(run: str) -> list[str]:
    """Every two neighbouring characters of a run."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def cut(run: str) -> list[str]:
    """The words of a Chinese run, without overlaps."""
    return _Dictionary.jieba.cut(run)


def units(text: str) -> list[str]:
    """The units of a text in order; what phrases are compared by."""
    found: list[str] = []
    for run in runs(text):
        found.extend(run if is_han(run) else map(stemmed, parts(run)))
    return found


def positions(text: str, start: int = 0) -> tuple[dict[str, list[int]], int]:
    """The terms of a stored text with the ordinals of their first units.

    Returns the terms and the ordinal after the last unit; `start` is the ordinal
    of the first.
    """
    terms: dict[str, list[int]] = {}
    at = start
    for run, joint in joined_runs(text):
        if joint:
            terms.setdefault(joint, []).append(at - 1)
        at = (_place_han if is_han(run) else _place_latin)(terms, run, at)
    return terms, at


def _place_han(terms: dict[str, list[int]], run: str, at: int) -> int:
    for offset, unit in enumerate(run, at):
        terms.setdefault(unit, []).append(offset)
    for offset, pair in enumerate(pairs(run), at):
        terms.setdefault(pair, []).append(offset)
    if len(run) >= _LONG:
        for offset, word in _long_words(run):
            terms.setdefault(word, []).append(at + offset)
    return at + len(run)


def _long_words(run: str) -> list[tuple[int, str]]:
    words: list[tuple[int, str]] = []
    offset = 0
    for word in cut(run):
        if len(word) >= _LONG:
            words.append((offset, word[:MAX_TOKEN]))
            words.extend((offset + i, w) for i, w in _inner_words(word))
        offset += len(word)
    return words


@lru_cache(maxsize=20_000)
def _inner_words(word: str) -> tuple[tuple[int, str], ...]:
    if len(word) <= _LONG:
        return ()
    has = _Dictionary.jieba.has_word
    threes = ((i, word[i : i + _LONG]) for i in range(len(word) - _LONG + 1))
    return tuple((i, three) for i, three in threes if has(three))


def _place_latin(terms: dict[str, list[int]], run: str, at: int) -> int:
    pieces = parts(run)
    whole = run[:MAX_TOKEN]
    if pieces != (whole,):
        terms.setdefault(whole, []).append(at)
    for offset, piece in enumerate(pieces, at):
        term = stemmed(piece)
        terms.setdefault(term, []).append(offset)
        if term != piece:
            terms.setdefault(RAW + piece, []).append(offset)
    return at + len(pieces)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one word of a question asks for.

    `required` must all stand in an item if the word is required; `scored` are
    the terms with their weights that decide the order; `words` are the content
    words for people to read and for highlighting; `is_sentence` says that the
    word reads like running text rather than like something to look up.
    """

    required: tuple[str, ...]
    scored: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    is_sentence: bool = False


class _Reading:
    """Collects an `Asked` run by run; dictionaries serve as ordered sets."""

    def __init__(self, stop: frozenset[str], long_word: float) -> None:
        self._stop, self._long_word = stop, long_word
        self._required: dict[str, None] = {}
        self._scored: dict[str, float] = {}
        self._words: dict[str, None] = {}
        self._has_stop = False

    def latin(self, run: str) -> None:
        if run in self._stop:
            return
        terms = [stemmed(piece) for piece in parts(run)]
        self._required.update(dict.fromkeys(terms))
        self._scored.update(dict.fromkeys(terms, 1.0))
        if parts(run) != (run,):
            self._scored[run[:MAX_TOKEN]] = 1.0
        self._words[run] = None

    def joint(self, term: str) -> None:
        if term:
            self._scored[term] = JOINT

    def han(self, run: str) -> None:
        stopped = self._require_words(run)
        for index, pair in enumerate(pairs(run)):
            # A pair that reaches over the edge of a stop word still says that two
            # words stood together; one inside stop words says nothing.
            if index not in stopped or index + 1 not in stopped:
                self._scored[pair] = 1.0
        for offset, word in _long_words(run):
            if offset not in stopped:
                self._scored[word] = self._long_word
        if len(run) == 1 and not stopped:
            self._scored[run] = 1.0

    def _require_words(self, run: str) -> set[int]:
        stopped: set[int] = set()
        at = 0
        for word in cut(run):
            if word in self._stop:
                stopped.update(range(at, at + len(word)))
            else:
                self._words[word] = None
                self._required.update(dict.fromkeys(pairs(word) or [word]))
            at += len(word)
        self._has_stop |= bool(stopped)
        return stopped

    def result(self, *, is_sentence: bool) -> Asked:
        return Asked(
            tuple(self._required),
            tuple(self._scored.items()),
            tuple(self._words),
            is_sentence or (self._has_stop and bool(self._required)),
        )


def asked(text: str, long_word: float = 1.0, *, keep_stop_words: bool = False) -> Asked:
    """Read one word of a question, by default less the words without content.

    `long_word` is the weight of a word of three or more characters beside the
    pairs of characters in it.
    """
    reading = _Reading(frozenset() if keep_stop_words else STOP_WORDS, long_word)
    for run, joint in joined_runs(text):
        (reading.han if is_han(run) else reading.latin)(run)
        reading.joint(joint)
    return reading.result(is_sentence=_SENTENCE.search(text) is not None)
