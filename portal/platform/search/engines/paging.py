"""From what a walk matched to the answer: order, one page of hits, facets.

Counts are taken over everything that matched.  Knows no query language.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from heapq import nlargest, nsmallest
from itertools import chain
from typing import TYPE_CHECKING

from portal.platform.search.engine import UNDATED, Found, Hit, Request
from portal.platform.search.engines.scope import start_of
from portal.platform.search.ranking import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo

    from portal.platform.search.engines.segments import Segment
    from portal.platform.search.engines.walk import Walk

_YEARS = range(1970, 2101)

Key = tuple[float, float, int]
Place = tuple[int, int]


def answer(walk: Walk, request: Request, generation: int) -> Found:
    """Cut one page and count the facets."""
    page = _page(walk, request)
    return Found(
        total=sum(map(len, walk.docs)),
        hits=tuple(_hit(walk, *place) for place in page),
        facets={name: _facet(walk, name) for name in request.facets},
        terms=tuple(walk.words),
        dropped=walk.dropped,
        mode=walk.mode,
        ids=array("q", sorted(_ids(walk))),
        generation=generation,
    )


def _ids(walk: Walk) -> Iterator[int]:
    pairs = zip(walk.scope.segments, walk.docs, strict=True)
    return chain.from_iterable(map(segment.ids.__getitem__, docs) for segment, docs in pairs)


def _page(walk: Walk, request: Request) -> list[Place]:
    first = max(request.offset, 0)
    wanted = first + max(request.limit, 0)
    if request.sort == "relevance" and walk.mode != "filter":
        return nsmallest(wanted, _best(walk, wanted), key=_by_score(walk))[first:]
    return nsmallest(wanted, _places(walk), key=_by_date(walk, request))[first:]


def _places(walk: Walk) -> Iterator[Place]:
    return ((number, doc) for number, docs in enumerate(walk.docs) for doc in docs)


def _best(walk: Walk, wanted: int) -> Iterator[Place]:
    """The places whose score can be on the page; comparing numbers is cheaper than comparing keys."""
    values = [
        score
        for scores, docs in zip(walk.scores, walk.docs, strict=True)
        for score in _scores_of(scores, docs)
    ]
    floor = min(nlargest(wanted, values), default=0.0)
    for number, (scores, docs) in enumerate(zip(walk.scores, walk.docs, strict=True)):
        yield from ((number, doc) for doc in docs if scores.get(doc, 0.0) >= floor)


def _scores_of(scores: dict[int, float], docs: set[int]) -> Iterable[float]:
    # In most answers what matched is what was scored.
    return scores.values() if scores.keys() == docs else (scores.get(doc, 0.0) for doc in docs)


def _by_score(walk: Walk) -> Callable[[Place], Key]:
    segments, scores = walk.scope.segments, walk.scores

    def key(place: Place) -> Key:
        number, doc = place
        segment = segments[number]
        return -scores[number].get(doc, 0.0), -segment.dates[doc], segment.ids[doc]

    return key


def _by_date(walk: Walk, request: Request) -> Callable[[Place], Key]:
    segments = walk.scope.segments
    sign = 1 if request.sort == "oldest" else -1

    def key(place: Place) -> Key:
        segment, doc = segments[place[0]], place[1]
        date = segment.dates[doc]
        return float(date == UNDATED), sign * date, segment.ids[doc]

    return key


def _hit(walk: Walk, number: int, doc: int) -> Hit:
    segment = walk.scope.segments[number]
    bits = 0
    for term in walk.scored:
        bits |= _mask(walk, segment, term, doc)
    words = tuple(w for w, terms in walk.words.items() if all(_mask(walk, segment, t, doc) for t in terms))
    fields = tuple(field.name for field in FIELDS if bits & field.bit)
    return Hit(segment.ids[doc], walk.scores[number].get(doc, 0.0), fields, words)


def _mask(walk: Walk, segment: Segment, term: str, doc: int) -> int:
    if term.endswith("*"):
        bits = 0
        for one in walk.scope.expansions(term[:-1]):
            bits |= _mask(walk, segment, one, doc)
        return bits
    postings = walk.scope.cache.get(segment, term)
    return postings.mask(doc) if postings else 0


def _facet(walk: Walk, name: str) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for segment, docs in zip(walk.scope.segments, walk.docs, strict=True):
        if name == "year":
            counts.update(_years(segment, docs, walk.scope.zone))
        else:
            _count_labels(counts, segment, docs, name)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _count_labels(counts: Counter[str], segment: Segment, docs: set[int], name: str) -> None:
    values = segment.values[name]
    for code, number in Counter(map(segment.codes[name].__getitem__, docs)).items():
        labels = values[code][:1] if name == "author" else dict.fromkeys(values[code])
        for label in filter(None, labels):
            counts[label] += number


def _years(segment: Segment, docs: set[int], zone: tzinfo) -> Iterator[str]:
    starts = [start_of(str(year), zone) for year in _YEARS]
    for date in map(segment.dates.__getitem__, docs):
        if date != UNDATED:
            yield str(_YEARS.start - 1 + bisect_right(starts, date))
