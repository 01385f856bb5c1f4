"""Our query language: text people type → a tree.

Understood are words, "phrases" (in any kind of quotation marks), -word, one OR
other (also | and 或), prefix*, and the filters of FIELDS in English or Chinese
with either colon.  Every text is a query: what cannot be read as an operator is
read as words or, without a letter or digit, dropped.  URLs and saved searches
hold this language, so a tree can be written back with `Query.text`, and reading
that again gives the same tree.

Refuses to know engines, fields of an index and how words are cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_CHARS = 5_000
MAX_CLAUSES = 64

FIELDS = ("kind", "space", "author", "region", "tag", "state", "year", "before", "after", "is", "has")
DATE_FIELDS = frozenset({"before", "after"})

_ALIASES = {
    "类型": "kind", "類型": "kind", "种类": "kind", "種類": "kind",
    "空间": "space", "空間": "space",
    "作者": "author", "大区": "region", "大區": "region", "区域": "region", "區域": "region",
    "标签": "tag", "標籤": "tag", "标籤": "tag", "状态": "state", "狀態": "state",
    "年份": "year", "年": "year",
    "之前": "before", "早于": "before", "早於": "before",
    "之后": "after", "之後": "after", "晚于": "after", "晚於": "after",
    "是": "is", "有": "has", "含": "has",
}  # fmt: skip

_CLOSING = {'"': '"', "＂": "＂", "“": "”", "”": "”", "„": "”", "「": "」", "『": "』", "｢": "｣"}
_OPEN = "".join(_CLOSING)
_QUOTES = _OPEN + "".join(_CLOSING.values())
_TOKEN = re.compile(
    rf"(?P<minus>[-－−]*)(?:(?P<field>[^\s:：|｜{_QUOTES}]{{1,20}})[:：])?"
    rf"(?:(?P<open>[{_OPEN}])|(?P<bare>[^\s|｜{_QUOTES}]+))|(?P<bar>[|｜]+)|\S",
)
_UNSAFE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_ANY_QUOTE = re.compile(f"[{_QUOTES}]")
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?\Z")
_LETTER = re.compile(r"[^\W_]")
_EITHER = frozenset({"OR", "或"})
_NOISE = frozenset({"AND", "NOT"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed; `is_prefix` if it ended in an asterisk."""

    text: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f"{self.text}*" if self.is_prefix else self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on what an item is; `field` is one of FIELDS."""

    field: str
    value: str

    def __str__(self) -> str:
        quoted = f'"{self.value}"' if _needs_quotes(self.value) else self.value
        return f"{self.field}:{quoted}"


Term = Word | Phrase | Filter


@dataclass(frozen=True, slots=True)
class Not:
    """What a found item must not have."""

    term: Term

    def __str__(self) -> str:
        return f"-{self.term}"


@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives, of which one is enough."""

    terms: tuple[Term | Not, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.terms))


Clause = Word | Phrase | Filter | Not | Either


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `truncated` says that part of what was typed is missing."""

    clauses: tuple[Clause, ...] = ()
    truncated: bool = False

    @property
    def text(self) -> str:
        """The query in our language; `parse` gives the same clauses for it."""
        return " ".join(map(str, self.clauses))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked at all."""
        return not self.clauses

    @property
    def has_words(self) -> bool:
        """Whether anything but conditions and exclusions is asked."""
        return any(map(_has_words, self.clauses))

    def filters(self, field: str) -> tuple[str, ...]:
        """The values that the query itself demands of a field."""
        found = (c for c in self.clauses if isinstance(c, Filter) and c.field == field)
        return tuple(clause.value for clause in found)

    def with_filter(self, field: str, value: str) -> Query:
        """The same query with one more condition, for the link behind a facet.

        A value that cannot be written in our language gives the query unchanged.
        """
        new = _filter(field, value)
        if new is None or new in self.clauses:
            return self
        return replace(self, clauses=(*self.clauses, new))

    def without_filter(self, field: str, value: str | None = None) -> Query:
        """The same query without a condition, or without all on that field."""
        kept = (c for c in self.clauses if not _is_filter(c, field, value))
        return replace(self, clauses=tuple(kept))


def parse(text: str) -> Query:
    """Read any text as a query; never raises.

    At most MAX_CHARS characters and MAX_CLAUSES terms are read.
    """
    readable = _UNSAFE.sub(" ", text[:MAX_CHARS])
    tokens = list(_tokens(readable))
    clauses = tuple(_joined(tokens[:MAX_CLAUSES]))
    return Query(clauses, len(text) > MAX_CHARS or len(tokens) > MAX_CLAUSES)


def moment(value: str) -> date | None:
    """The first day of a year, month or day such as 2026, 2026-03, 2026-03-05."""
    match = _DATE.match(value)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


class _Or:
    """The operator between two alternatives, while reading."""


_Token = Term | Not | _Or


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.search(text, at):
        if match["open"]:
            end, inner = _quoted(text, match.end(), match["open"])
        else:
            end, inner = match.end(), None
        yield from _token(match, inner)
        at = end


def _quoted(text: str, start: int, opening: str) -> tuple[int, str]:
    end = text.find(_CLOSING[opening], start)
    if end < 0:
        return len(text), text[start:]
    return end + 1, text[start:end]


def _token(match: re.Match[str], quoted: str | None) -> Iterator[_Token]:
    if match["bar"] or (match["bare"] in _EITHER and not match["field"] and not match["minus"]):
        yield _Or()
        return
    term = _term(match["field"], match["bare"], quoted)
    if term is not None:
        yield Not(term) if match["minus"] else term


def _term(name: str | None, bare: str | None, quoted: str | None) -> Term | None:
    if name is not None:
        value = _cleaned(quoted) if quoted is not None else bare or ""
        found = _filter(name, value)
        if found is not None:
            return found
        # An unknown field is ordinary text.
        return _word(f"{name}:{value}") if quoted is None else _phrase(f"{name} {value}")
    if quoted is not None:
        return _phrase(quoted)
    return None if bare is None or bare in _NOISE else _word(bare)


def _word(text: str) -> Word | None:
    core = text.rstrip("*＊")
    if not _has_letters(core):
        return None
    # An asterisk after punctuation completes no word.
    is_prefix = core != text and core[-1].isalnum()
    return Word(core, is_prefix)


def _phrase(text: str) -> Phrase | None:
    inner = _cleaned(text)
    return Phrase(inner) if _has_letters(inner) else None


def _filter(name: str, value: str) -> Filter | None:
    field = name.lower()
    field = _ALIASES.get(field, field)
    value = _cleaned(value)
    if field not in FIELDS or not _has_letters(value):
        return None
    if field in DATE_FIELDS and moment(value) is None:
        return None
    return Filter(field, value)


def _joined(tokens: Iterable[_Token]) -> Iterator[Clause]:
    group: list[Term | Not] = []
    is_open = False
    for token in tokens:
        if isinstance(token, _Or):
            is_open = bool(group)
            continue
        if group and not is_open:
            yield _closed(group)
            group = []
        group.append(token)
        is_open = False
    if group:
        yield _closed(group)


def _closed(group: list[Term | Not]) -> Clause:
    return group[0] if len(group) == 1 else Either(tuple(group))


def _cleaned(text: str) -> str:
    return " ".join(_ANY_QUOTE.sub(" ", _UNSAFE.sub(" ", text)).split())


def _has_letters(text: str) -> bool:
    return _LETTER.search(text) is not None


def _needs_quotes(value: str) -> bool:
    return re.search(r"[\s|｜]", value) is not None


def _has_words(clause: Clause) -> bool:
    if isinstance(clause, Either):
        return any(map(_has_words, clause.terms))
    return isinstance(clause, Word | Phrase)


def _is_filter(clause: Clause, field: str, value: str | None) -> bool:
    return isinstance(clause, Filter) and clause.field == field and value in {None, clause.value}
