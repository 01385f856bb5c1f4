"""Our own layout of postings inside Whoosh's segments.

Per term one record: document numbers, weights and field bits as plain arrays,
then the positions.  Scoring reads the first part in three copies of memory and
phrases the second; Whoosh's own blocks are compressed pickles of tuples, which
take ten times as long both ways.  Everything else of the segment, the vocabulary,
merging and deleting, stays Whoosh's.
Knows no queries and no ranking.
"""


# ruff: noqa: ANN401, ARG002, FBT001, FBT002, SLF001 - signatures and fields are those of Whoosh, which has no types.

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from whoosh.codec.whoosh3 import W3Codec, W3TermInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD = struct.Struct("<I")


@dataclass(frozen=True)
class Record:
    """The postings of one term, decoded as far as asked for."""

    raw: bytes

    @cached_property
    def count(self) -> int:
        """Number of documents."""
        (count,) = _HEAD.unpack_from(self.raw)
        return int(count)

    @property
    def docs(self) -> array[int]:
        """Document numbers, ascending."""
        return _whole(self.raw[4 : 4 + 4 * self.count])

    @property
    def weights(self) -> array[float]:
        """Weights, in the order of documents."""
        weights = array("f")
        weights.frombytes(self.raw[4 + 4 * self.count : 4 + 8 * self.count])
        return little(weights)

    @property
    def masks(self) -> bytes:
        """Field bits, in the order of documents."""
        return self.raw[4 + 8 * self.count : 4 + 9 * self.count]

    @cached_property
    def _ends(self) -> list[int]:
        start = 4 + 9 * self.count
        return list(accumulate(_whole(self.raw[start : start + 4 * self.count])))

    def positions(self, index: int) -> array[int]:
        """The positions in the document at this index of `docs`."""
        base = 4 + 13 * self.count
        begin = self._ends[index - 1] if index else 0
        return _whole(self.raw[base + 4 * begin : base + 4 * self._ends[index]])


def _whole(raw: bytes) -> array[int]:
    found = array("I")
    found.frombytes(raw)
    return little(found)


Numbers = TypeVar("Numbers", "array[int]", "array[float]")


def little(numbers: Numbers) -> Numbers:
    """An array in the byte order of files, or back."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers


class Buffers:
    """The postings of one term while a segment is made, documents ascending."""

    __slots__ = ("counts", "docs", "masks", "places", "weights")

    def __init__(self) -> None:
        self.docs, self.counts, self.places = array("I"), array("I"), array("I")
        self.weights, self.masks = array("f"), bytearray()

    def add(self, doc: int, weight: float, mask: int, places: list[int] | array[int]) -> None:
        """One more document."""
        self.docs.append(doc)
        self.weights.append(weight)
        self.masks.append(mask)
        self.counts.append(len(places))
        self.places.extend(places)

    def record(self) -> bytes:
        """The bytes that `Record` reads."""
        numbers = (self.counts, self.places)
        head = (
            _HEAD.pack(len(self.docs)),
            little(self.docs).tobytes(),
            little(self.weights).tobytes(),
            self.masks,
        )
        return b"".join((*head, *(little(each).tobytes() for each in numbers)))


class Pool:
    """The postings of a segment in the making, by term.

    Whoosh's own pool sorts one tuple per posting and goes to the disk and back,
    which takes three times as long and as much memory.
    """

    def __init__(self) -> None:
        self._terms: dict[bytes, Buffers] = {}
        self.size = 0

    def add(self, term: bytes, doc: int, weight: float, mask: int, places: list[int] | array[int]) -> None:
        """One posting; documents of a term come in ascending order."""
        buffers = self._terms.get(term)
        if buffers is None:
            buffers = self._terms[term] = Buffers()
        buffers.add(doc, weight, mask, places)
        self.size += 1

    def add_record(self, term: bytes, record: Record, docs: Callable[[int], int | None]) -> None:
        """The postings of a term in another segment; `docs` gives new numbers, None for none."""
        weights, masks = record.weights, record.masks
        for at, doc in enumerate(map(docs, record.docs)):
            if doc is not None:
                self.add(term, doc, weights[at], masks[at], record.positions(at))

    def sorted(self) -> Iterator[tuple[bytes, Buffers]]:
        """All terms in the order of their bytes."""
        for term in sorted(self._terms):
            yield term, self._terms[term]

    def cleanup(self) -> None:
        """Forget everything; called by Whoosh when the segment is written or given up."""
        self._terms.clear()


class _RecordWriter:
    """Writes one term after another; stands where W3PostingsWriter would."""

    def __init__(self, postfile: Any) -> None:
        self._postfile = postfile

    def start_postings(self, _format: object, terminfo: Any) -> None:
        self._terminfo = terminfo

    def load(self, buffers: Buffers) -> None:
        self._buffers = buffers

    def finish_postings(self) -> W3TermInfo:
        terminfo, buffers = self._terminfo, self._buffers
        raw = buffers.record()
        terminfo.set_extent(self._postfile.tell(), len(raw))
        terminfo._weight, terminfo._df = sum(buffers.weights), len(buffers.docs)
        terminfo._minid, terminfo._maxid = buffers.docs[0], buffers.docs[-1]
        terminfo._maxweight = max(buffers.weights)
        self._postfile.write(raw)
        return terminfo


class PortalCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with our postings."""

    length_stats = False

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """A writer for the postings of one field."""
        return _RecordWriter(dbfile)


def read_record(dbfile: Any, terminfo: W3TermInfo) -> Record:
    """The record that a term's entry in the vocabulary points to."""
    offset, length = terminfo.extent()
    # What Whoosh reads back as a length is the tuple that struct gave it.
    return Record(dbfile.get(offset, length[0] if isinstance(length, tuple) else length))
