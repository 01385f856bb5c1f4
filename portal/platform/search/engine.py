"""What a search engine is, for everything that is not one.

The protocol and the values that cross it.  An engine holds nothing that the
database does not hold and decides nothing about rights: it is handed the
access tokens of an actor and returns identifiers.  This module refuses to know
which library does the work, where rows live and who the actor is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal, Protocol

from portal.platform.search.syntax import Query

FACETS = ("kind", "space", "author", "tag", "region", "year")

UNDATED = -(2**60)

Sort = Literal["relevance", "newest", "oldest"]
Mode = Literal["all", "any", "filter"]


class IndexDamaged(Exception):  # noqa: N818 - says what is the case
    """The index cannot be opened or read; only a rebuild from the database helps."""


class IndexBusy(Exception):  # noqa: N818 - as above
    """Another writer held the index for longer than the engine was told to wait."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the index sees it.

    `tokens` are the access tokens of which an actor needs one; an entry without
    tokens is found by nobody.  `author` is a user name, `space` and `region` are
    keys, `date` is aware and in UTC, `names` holds further ways to find a person
    (pinyin, initials), `flags` answer `is:` and `has:`.
    """

    item_id: int
    kind: str
    state: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    author: str = ""
    author_name: str = ""
    space: str = ""
    region: str = ""
    tokens: tuple[str, ...] = ()
    date: datetime | None = None
    names: str = ""
    flags: tuple[str, ...] = ()
    source: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """Index this entry, in place of what the index has under its id."""

    entry: Entry

    @property
    def item_id(self) -> int:
        """The id that the change is about."""
        return self.entry.item_id


@dataclass(frozen=True, slots=True)
class Delete:
    """Forget the item; unknown ids are no error."""

    item_id: int


Change = Put | Delete


@dataclass(frozen=True, slots=True)
class Request:
    """One search: what is asked, and what may be seen by whom asks.

    Items in `blocked` behave as if they were not in the index.  `states` are the
    states in which an item is found; `offset` and `limit` count hits.
    """

    tree: Query
    tokens: frozenset[str]
    blocked: frozenset[int] = frozenset()
    states: frozenset[str] = frozenset({"published"})
    facets: tuple[str, ...] = FACETS
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One found item, with the fields and the words of the query that found it."""

    item_id: int
    score: float
    fields: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request.

    `ids` are all matched items in ascending order of id; `terms` what to
    highlight; `dropped` the words that had to be given up so that anything was
    found; `mode` says how words were joined (`filter`: there were no words).
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    terms: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    mode: Mode = "all"
    ids: Sequence[int] = ()
    generation: int = field(default=0, compare=False)


class Engine(Protocol):
    """A full-text engine over one private directory."""

    def cursor(self) -> int:
        """Number of the last change that the index holds; 0 for a new index."""

    def apply(self, changes: Sequence[Change], cursor: int) -> None:
        """Apply a batch and remember `cursor`, in one commit.

        Of several changes to one id the last one wins.  Raises IndexBusy and
        IndexDamaged; the batch may then be applied again as a whole.
        """

    def search(self, request: Request) -> Found:
        """Answer a request from the newest commit.  Raises IndexDamaged."""

    def stored(self) -> Iterator[tuple[int, int, str]]:
        """Yield (item id, version, digest) of every entry, to compare with `digest`."""

    def rebuild(
        self,
        entries: Iterable[Entry],
        cursor: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Build a new index beside the live one and swap them in one step.

        `progress` is called with the number of entries read so far.
        """

    def close(self) -> None:
        """Release files; the engine is not used afterwards."""


def digest(entry: Entry) -> str:
    """A fingerprint of all that an entry says, access tokens included.

    Sixteen hexadecimal digits; equal for entries that differ only in the order
    of tokens, tags or flags.
    """
    said = (
        entry.item_id, entry.kind, entry.state, entry.title, entry.body, sorted(entry.tags),
        entry.author, entry.author_name, entry.space, entry.region, sorted(entry.tokens),
        epoch(entry.date), entry.names, sorted(entry.flags), entry.source, entry.version,
    )  # fmt: skip
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def epoch(moment: datetime | None) -> int:
    """Seconds since 1970, and a value before all dates for no date."""
    return UNDATED if moment is None else int(moment.timestamp())
