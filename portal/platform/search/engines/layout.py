"""How an index of ours lies in Whoosh's files: schema, columns, storage, writer.

Whoosh is used as a container: our own terms with our own weights go in, and its
segments, merging and table of contents keep them.  Its analysers, scorers and
query objects are not used.  Knows nothing of queries and rights.
"""


# ruff: noqa: ANN401, ARG002, FBT001, FBT002, SLF001 - signatures are those of Whoosh, which has neither
# types nor a public way to a record of postings.

from __future__ import annotations

import json
import struct
from array import array
from typing import TYPE_CHECKING, Any

from whoosh.columns import Column, ColumnReader, ColumnWriter
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from portal.platform.search.analysis import positions
from portal.platform.search.engine import Entry, digest, epoch
from portal.platform.search.engines.codec import Pool, PortalCodec, little, read_record
from portal.platform.search.ranking import AUTHOR, BODY, FORMAT, NAMES, TAGS, TITLE, Field, field_factor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.platform.search.engines.storage import DurableStorage

TEXT = "text"
NUMBERS = "numbers"
LABELS = "labels"
LABEL_NAMES = ("kind", "state", "space", "author", "region", "tag", "token", "flag")
SEPARATOR = "\x1f"
_GAP = 100
"""Units between two fields, so that no phrase reaches from one into the next."""

_MERGE_RATIO = 3
_MERGE_COUNT = 5
_NUMBERS = struct.Struct("<qqqQ")


class TermsField(FieldType):  # type: ignore[misc]
    """The field whose terms are written by us; to Whoosh it has a name and a vocabulary."""

    indexed = True
    scorable = stored = unique = False
    vector = analyzer = column_type = None
    multitoken_query = "default"

    def __init__(self) -> None:
        self.format = Existence()


class BytesColumn(Column):  # type: ignore[misc]
    """One fixed-size record per document."""

    def writer(self, dbfile: Any) -> _BytesWriter:
        """A writer of records, in order of documents."""
        return _BytesWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> _BytesReader:
        """A reader of records by document number."""
        return _BytesReader(dbfile, basepos, length, doccount)

    def default_value(self, reverse: bool = False) -> bytes:
        """What a document without a record has; there is none."""
        return b""


class _BytesWriter(ColumnWriter):  # type: ignore[misc]
    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile

    def add(self, _docnum: int, value: bytes) -> None:
        self._dbfile.write(value)

    def finish(self, doccount: int) -> None:
        """Every document has a record, so nothing is left to fill."""


class _BytesReader(ColumnReader):  # type: ignore[misc]
    def __init__(self, dbfile: Any, basepos: int, _length: int, doccount: int) -> None:
        self._dbfile, self._basepos, self._doccount = dbfile, basepos, doccount

    def __getitem__(self, docnum: int) -> bytes:
        raw: bytes = self._dbfile.get(self._basepos + docnum * _NUMBERS.size, _NUMBERS.size)
        return raw


class LabelsColumn(Column):  # type: ignore[misc]
    """The labels of a document (LABEL_NAMES), each a number into a list of distinct values.

    Whoosh's own column of this kind drops values silently after 65,535.
    """

    def writer(self, dbfile: Any) -> _LabelsWriter:
        """A writer that collects in memory: four bytes for a document and label."""
        return _LabelsWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> _LabelsReader:
        """A reader of the tuple of labels by document number."""
        return _LabelsReader(dbfile.get(basepos, length), doccount)

    def default_value(self, reverse: bool = False) -> tuple[str, ...]:
        """What a document without labels has; there is none."""
        return ()


class _LabelsWriter(ColumnWriter):  # type: ignore[misc]
    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._codes = [array("I") for _ in LABEL_NAMES]
        self._values: list[dict[str, int]] = [{} for _ in LABEL_NAMES]

    def add(self, _docnum: int, value: tuple[str, ...]) -> None:
        for codes, values, label in zip(self._codes, self._values, value, strict=True):
            codes.append(values.setdefault(label, len(values)))

    def finish(self, _doccount: int) -> None:
        for codes in self._codes:
            self._dbfile.write(little(codes).tobytes())
        names = json.dumps([list(values) for values in self._values]).encode("ascii")
        self._dbfile.write(names + struct.pack("<Q", len(names)))


class _LabelsReader(ColumnReader):  # type: ignore[misc]
    def __init__(self, raw: bytes, doccount: int) -> None:
        self.codes, self.values = read_labels(raw, doccount)

    def __getitem__(self, docnum: int) -> tuple[str, ...]:
        return tuple(values[codes[docnum]] for codes, values in zip(self.codes, self.values, strict=True))


def read_labels(raw: bytes, doccount: int) -> tuple[list[array[int]], list[list[str]]]:
    """Per label, the numbers of all documents and the values that they stand for."""
    columns = []
    for start in range(0, len(LABEL_NAMES) * doccount * 4, doccount * 4 or 1):
        codes = array("I")
        codes.frombytes(raw[start : start + doccount * 4])
        columns.append(little(codes))
    (size,) = struct.unpack("<Q", raw[-8:])
    return columns, json.loads(raw[-8 - size : -8])


def read_numbers(raw: bytes) -> list[tuple[int, int, int, int]]:
    """Item id, date in seconds, version and digest of all documents."""
    return list(_NUMBERS.iter_unpack(raw))


def new_schema() -> Schema:
    """The schema of an empty index; the cursor travels with it, inside every commit."""
    schema = Schema()
    schema.add(TEXT, TermsField())
    schema.add(NUMBERS, COLUMN(BytesColumn()))
    schema.add(LABELS, COLUMN(LabelsColumn()))
    schema.portal_format, schema.portal_cursor = FORMAT, 0
    return schema


def document(entry: Entry) -> dict[str, Any]:
    """The columns of an entry; its terms go past Whoosh, see CursorWriter."""
    numbers = (entry.item_id, epoch(entry.date), entry.version, int(digest(entry), 16))
    return {NUMBERS: _NUMBERS.pack(*numbers), LABELS: _labels(entry)}


def _labels(entry: Entry) -> tuple[str, ...]:
    many = (entry.tags, sorted(set(entry.tokens)), entry.flags)
    author = f"{entry.author}{SEPARATOR}{entry.author_name}"
    single = (entry.kind, entry.state, entry.space, author, entry.region)
    return (*single, *(SEPARATOR.join(values) for values in many))


def _postings(entry: Entry) -> Iterable[tuple[bytes, float, int, list[int]]]:
    weights: dict[str, float] = {}
    masks: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    at = 0
    for field, text in _texts(entry):
        terms, end = positions(text, at)
        factor = field_factor(field, end - at)
        for term, found in terms.items():
            if term in places:
                weights[term] += factor * len(found)
                masks[term] |= field.bit
                places[term] += found
            else:
                weights[term], masks[term], places[term] = factor * len(found), field.bit, found
        at = end + _GAP
    for term, found in places.items():
        yield term.encode(), weights[term], masks[term], found


def _texts(entry: Entry) -> Iterable[tuple[Field, str]]:
    yield TITLE, entry.title
    for tag in entry.tags:
        yield TAGS, tag
    if entry.names:
        yield NAMES, entry.names
    if entry.author_name or entry.author:
        yield AUTHOR, f"{entry.author_name} {entry.author}"
    yield BODY, entry.body


class CursorWriter(SegmentWriter):  # type: ignore[misc]
    """A writer that takes entries, and whose commit also stores the cursor."""

    def __init__(self, storage: DurableStorage, cursor: int) -> None:
        super().__init__(FileIndex(storage), timeout=5.0, codec=PortalCodec(), compound=False)
        self._cursor = cursor
        self.pool = Pool()

    def add_entry(self, entry: Entry) -> None:
        """Add an entry; one with the same id must have been deleted."""
        for term, weight, mask, places in _postings(entry):
            self.pool.add(term, self.docnum, weight, mask, places)
        self.add_document(**document(entry))

    def finish(self, *, merge: bool = True) -> None:
        """Commit the batch and the cursor together."""
        self.schema.portal_cursor = self._cursor
        self.commit(mergetype=_merge if merge else _keep)

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Take over the terms of a segment that is merged; called by Whoosh."""
        renumber = startdoc.__add__ if docmap is None else docmap.get
        terms = reader._terms
        for field, term in reader.all_terms():
            if field == TEXT:
                self.pool.add_record(
                    term, read_record(terms._postfile, terms.term_info(TEXT, term)), renumber
                )

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        fields = self.fieldwriter
        fields.start_field(TEXT, self.schema[TEXT])
        for term, buffers in self.pool.sorted():
            fields.start_term(term)
            fields._postwriter.load(buffers)
            fields.finish_term()
        fields.finish_field()
        fields.close()


def _keep(_writer: object, segments: list[Any]) -> list[Any]:
    return segments


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    # Whoosh's own policy keeps segments of which nothing is left and may keep
    # dozens of small ones; a search pays for every segment, so sizes are kept
    # geometric with at most a few segments of one size.
    by_size = sorted((s for s in segments if s.doc_count()), key=lambda s: s.doc_count())
    chosen = [s for s in by_size if s.doc_count() * 2 < s.doc_count_all()] + _small(by_size)
    for segment in {s.segment_id(): s for s in chosen}.values():
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [s for s in by_size if s not in chosen]


def _small(by_size: list[Any]) -> list[Any]:
    chosen: list[Any] = []
    total = 8
    for segment in by_size:
        if segment.doc_count() > _MERGE_RATIO * total:
            break
        chosen.append(segment)
        total += segment.doc_count()
    return chosen if len(chosen) >= _MERGE_COUNT else []
