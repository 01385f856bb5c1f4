"""One Whoosh segment, read the way our searches need it.

Columns are loaded once, because a segment never changes but for its deletions;
postings are decoded a block at a time into arrays and kept in a cache with a
bound.  Whoosh's matchers walk one posting at a time through several calls of
Python, which costs ten times as much.  Knows nothing of queries and ranking
beyond the saturation of a weight.
"""


# ruff: noqa: ANN401, SLF001 - Whoosh has neither types nor a public way to a record of postings.

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import SegmentReader, TermNotFound

from portal.platform.search.engines.codec import Record, read_record
from portal.platform.search.engines.layout import (
    LABEL_NAMES,
    LABELS,
    NUMBERS,
    SEPARATOR,
    TEXT,
    read_labels,
    read_numbers,
)
from portal.platform.search.ranking import K1

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANY = frozenset({"tag", "token", "flag"})
CACHED_MASKS = 32


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of a term, ascending, with saturated weights and field bits."""

    docs: array[int]
    impacts: array[float]
    masks: bytes

    def mask(self, doc: int) -> int:
        """The fields of a document in which the term stands; 0 if in none."""
        at = bisect_left(self.docs, doc)
        found = at < len(self.docs) and self.docs[at] == doc
        return self.masks[at] if found else 0


class PostingCache:
    """The postings used last, of all segments, up to a number of postings in total.

    A posting takes nine bytes; terms that do not exist are remembered too.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[tuple[str, str], Postings | None] = OrderedDict()

    def get(self, segment: Segment, term: str) -> Postings | None:
        """The postings of a term, from the cache or from the file."""
        key = (segment.name, term)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = self._kept[key] = segment.postings(term)
        self._size += _cost(found)
        while self._size > self._capacity:
            self._size -= _cost(self._kept.popitem(last=False)[1])
        return found

    def forget(self, names: set[str]) -> None:
        """Drop what belongs to segments that are gone."""
        for key in [key for key in self._kept if key[0] in names]:
            self._size -= _cost(self._kept.pop(key))


def _cost(postings: Postings | None) -> int:
    return 16 + (len(postings.docs) if postings else 0)


class Segment:
    """The documents of one segment; deletions are the business of the view above."""

    def __init__(self, storage: Any, schema: Any, segment: Any) -> None:
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        self._reader = SegmentReader(storage, schema, segment)
        self._terms = self._reader._terms
        self._masks: OrderedDict[object, int] = OrderedDict()
        numbers = read_numbers(_column(storage, segment, NUMBERS))
        self.ids = array("q", (row[0] for row in numbers))
        self.dates = array("q", (row[1] for row in numbers))
        self._stored = (array("q", (row[2] for row in numbers)), array("Q", (row[3] for row in numbers)))
        codes, values = read_labels(_column(storage, segment, LABELS), self.count)
        self.codes = dict(zip(LABEL_NAMES, codes, strict=True))
        self.values = dict(zip(LABEL_NAMES, map(_split, LABEL_NAMES, values), strict=True))

    def close(self) -> None:
        """Close the files."""
        self._reader.close()

    def stored(self, doc: int) -> tuple[int, int, str]:
        """Item id, version and digest of a document."""
        return self.ids[doc], self._stored[0][doc], f"{self._stored[1][doc]:016x}"

    @cached_property
    def _by_id(self) -> tuple[array[int], array[int]]:
        docs = array("I", sorted(range(self.count), key=self.ids.__getitem__))
        return array("q", map(self.ids.__getitem__, docs)), docs

    def documents_of(self, item_ids: Iterable[int]) -> Iterator[int]:
        """The documents, deleted ones too, that stand for these items."""
        ids, docs = self._by_id
        for item_id in item_ids:
            at = bisect_left(ids, item_id)
            while at < self.count and ids[at] == item_id:
                yield docs[at]
                at += 1

    def labelled(self, name: str, wanted: frozenset[str]) -> int:
        """A mask (see `mask_of`) of the documents that have one of these labels."""
        key = (name, wanted)
        if key not in self._masks:
            table = [not wanted.isdisjoint(labels) for labels in self.values[name]]
            self._masks[key] = mask_of(map(table.__getitem__, self.codes[name]))
            if len(self._masks) > CACHED_MASKS:
                self._masks.popitem(last=False)
        self._masks.move_to_end(key)
        return self._masks[key]

    def postings(self, term: str) -> Postings | None:
        """Decode all postings of a term; None if the segment does not have it."""
        record = self._record(term)
        if record is None:
            return None
        impacts = array("f", [weight / (weight + K1) for weight in record.weights])
        return Postings(record.docs, impacts, record.masks)

    def places(self, term: str, wanted: set[int]) -> dict[int, array[int]]:
        """The positions of a term in some documents."""
        record = self._record(term)
        if record is None:
            return {}
        return {doc: record.positions(at) for at, doc in enumerate(record.docs) if doc in wanted}

    def _record(self, term: str) -> Record | None:
        try:
            terminfo = self._terms.term_info(TEXT, term.encode())
        except TermNotFound:
            return None
        return read_record(self._terms._postfile, terminfo)

    def vocabulary(self, prefix: str) -> Iterator[str]:
        """The terms that begin with a prefix."""
        start = prefix.encode()
        if TEXT not in self._terms.indexed_field_names():
            return
        for field, term in self._terms.terms_from(TEXT, start):
            if field != TEXT or not term.startswith(start):
                return
            yield term.decode()


def mask_of(allowed: Iterable[object]) -> int:
    """One byte per document, 1 or 0, as a whole number, so that masks combine with & and |."""
    return int.from_bytes(bytes(map(bool, allowed)), "little")


def _split(name: str, values: list[str]) -> list[tuple[str, ...]]:
    # The author carries both the user name and the name that people know.
    if name in MANY or name == "author":
        return [tuple(value.split(SEPARATOR)) if value else () for value in values]
    return [(value,) if value else () for value in values]


def _column(storage: Any, segment: Any, name: str) -> bytes:
    filename = W3Codec.column_filename(segment, name)
    with storage.open_file(filename) as handle:
        raw: bytes = handle.get(0, storage.file_length(filename))
    return raw
