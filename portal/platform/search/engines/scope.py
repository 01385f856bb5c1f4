"""The part of the index that one request may see.

A scope is the segments of one commit with a mask each: what is deleted, not
readable, blocked or excluded is masked out before anything is counted.  Numbers
of documents and frequencies of terms are those of the scope, so that an answer
is the one that an index without the masked items would give.  Knows filters;
refuses to know scores.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import compress, islice
from typing import TYPE_CHECKING

from portal.platform.search.analysis import RAW, fold
from portal.platform.search.engine import UNDATED
from portal.platform.search.engines.segments import PostingCache, Segment, mask_of
from portal.platform.search.ranking import MAX_PREFIX_TERMS
from portal.platform.search.syntax import Filter, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LABEL_OF = {"kind": "kind", "space": "space", "author": "author", "region": "region", "tag": "tag",
             "state": "state", "is": "flag", "has": "flag"}  # fmt: skip
_FLAG_NAMES = {
    "未回答": "unanswered", "待回答": "unanswered", "未答": "unanswered", "未解答": "unanswered",
    "附件": "attachment", "图片": "image",
}  # fmt: skip

_YEAR = re.compile(r"[12]\d{3}\Z", re.ASCII)

Docs = list[int]


@dataclass(frozen=True, slots=True)
class Readable:
    """The postings of a term in one segment of a scope."""

    docs: Docs
    impacts: list[float]


@dataclass(slots=True)
class Scope:
    """Segments with masks, and what was read of them during one request."""

    segments: list[Segment]
    masks: list[int]
    cache: PostingCache
    zone: tzinfo = UTC
    _bytes: list[bytes] = field(default_factory=list)
    _read: dict[str, list[Readable]] = field(default_factory=dict)

    def restrict(self, mask: Callable[[Segment], int]) -> None:
        """Keep only what `mask` allows; a whole number as of `segments.mask_of`."""
        self.masks = [old & mask(s) for old, s in zip(self.masks, self.segments, strict=True)]
        self._bytes, self._read = [], {}

    def exclude(self, docs: list[set[int]]) -> None:
        """Mask out documents, one set per segment."""
        self.masks = [old & ~_mask_of_docs(found) for old, found in zip(self.masks, docs, strict=True)]
        self._bytes, self._read = [], {}

    def allowed(self) -> list[bytes]:
        """Per segment one byte for each document, 1 if it is in the scope."""
        if not self._bytes:
            pairs = zip(self.masks, self.segments, strict=True)
            self._bytes = [mask.to_bytes(segment.count, "little") for mask, segment in pairs]
        return self._bytes

    def size(self) -> int:
        """Number of documents in the scope."""
        return sum(mask.count(1) for mask in self.allowed())

    def everything(self) -> list[set[int]]:
        """All documents of the scope, one set per segment."""
        return [set(compress(range(len(mask)), mask)) for mask in self.allowed()]

    def read(self, term: str) -> list[Readable]:
        """The postings of a term, or of all terms with a prefix if it ends in an asterisk."""
        if term not in self._read:
            self._read[term] = self._expanded(term[:-1]) if term.endswith("*") else self._plain(term)
        return self._read[term]

    def frequency(self, term: str) -> int:
        """Number of documents of the scope that have the term."""
        return sum(len(found.docs) for found in self.read(term))

    def docs(self, term: str) -> list[set[int]]:
        """The documents of the scope that have the term, one set per segment."""
        return [set(found.docs) for found in self.read(term)]

    def _plain(self, term: str) -> list[Readable]:
        return [self._in_segment(*pair, term) for pair in zip(self.segments, self.allowed(), strict=True)]

    def _in_segment(self, segment: Segment, allowed: bytes, term: str) -> Readable:
        postings = self.cache.get(segment, term)
        if postings is None:
            return Readable([], [])
        visible = bytes(map(allowed.__getitem__, postings.docs))
        return Readable(list(compress(postings.docs, visible)), list(compress(postings.impacts, visible)))

    def expansions(self, prefix: str) -> list[str]:
        """Up to MAX_PREFIX_TERMS terms of the scope with a prefix, the shortest first.

        Terms that stand only outside the scope take no place, or they would show
        by what they displace.
        """
        found = {term for s in self.segments for p in (prefix, RAW + prefix) for term in s.vocabulary(p)}
        ordered = sorted(found, key=lambda term: (len(term.lstrip(RAW)), term))
        return list(
            islice((term for term in ordered if any(r.docs for r in self._plain(term))), MAX_PREFIX_TERMS)
        )

    def _expanded(self, prefix: str) -> list[Readable]:
        best: list[dict[int, float]] = [{} for _ in self.segments]
        for term in self.expansions(prefix):
            for scores, found in zip(best, self._plain(term), strict=True):
                for doc, impact in zip(found.docs, found.impacts, strict=True):
                    scores[doc] = max(impact, scores.get(doc, 0.0))
        return [Readable(list(scores), list(scores.values())) for scores in best]


def matching(found: Filter, zone: tzinfo) -> Callable[[Segment], int]:
    """The mask, per segment, of the documents that a filter lets through.

    Values are compared folded; a space or region by its key, an author by user
    name or by the name that people know.
    """
    if found.field in {"before", "after"}:
        return _dated(found, zone)
    if found.field == "year":
        return _in_year(found.value, zone)
    label, value = _LABEL_OF[found.field], fold(found.value)
    wanted = _FLAG_NAMES.get(value, value) if label == "flag" else value
    return lambda segment: segment.labelled(label, _spellings(segment, label, wanted))


def _spellings(segment: Segment, label: str, wanted: str) -> frozenset[str]:
    return frozenset(v for values in segment.values[label] for v in values if fold(v) == wanted)


@lru_cache(maxsize=1024)
def start_of(value: str, zone: tzinfo) -> int:
    """The first second of a year, month or day in a time zone."""
    day = moment(value)
    if day is None:
        return UNDATED
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _dated(found: Filter, zone: tzinfo) -> Callable[[Segment], int]:
    edge = start_of(found.value, zone)
    if found.field == "before":
        return lambda segment: mask_of(UNDATED < date < edge for date in segment.dates)
    return lambda segment: mask_of(date >= edge for date in segment.dates)


def _in_year(value: str, zone: tzinfo) -> Callable[[Segment], int]:
    if _YEAR.match(value) is None:
        return lambda _segment: 0
    first, last = start_of(value, zone), start_of(str(int(value) + 1), zone)
    return lambda segment: mask_of(first <= date < last for date in segment.dates)


def _mask_of_docs(docs: Iterable[int]) -> int:
    found = list(docs)
    if not found:
        return 0
    mask = bytearray(max(found) + 1)
    for doc in found:
        mask[doc] = 1
    return int.from_bytes(mask, "little")
