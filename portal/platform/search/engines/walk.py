"""Matching and scoring in a scope, term at a time.

For every term the postings are walked once into one dictionary of scores per
segment; which documents match is decided with sets.  How words are joined: one
to three words must all match, and if nothing matches them, words that stand
nowhere are given up first and then all; a sentence ranks what has any of its
words.  Phrases, alternatives and exclusions hold in every case.  Knows nothing
of rights and of how postings are stored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from portal.platform.search.analysis import Asked, asked, is_han, pairs, parts, runs, stemmed
from portal.platform.search.engine import Mode
from portal.platform.search.engines.scope import Scope, matching
from portal.platform.search.ranking import (
    LONG_WORD,
    MAX_SCORED_TERMS,
    MAX_STRICT_TOKENS,
    MAX_STRICT_WORDS,
    MAX_WORD_TOKENS,
    rarity,
)
from portal.platform.search.syntax import Clause, Either, Filter, Not, Phrase, Query, Term, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from portal.platform.search.engines.segments import Segment

Docs = list[set[int]]
Scores = list[dict[int, float]]

_SINGLE = frozenset({"kind", "space", "author", "region", "state", "year"})


@dataclass(slots=True)
class Walk:
    """What a query matches in a scope, before any page is cut from it."""

    scope: Scope
    mode: Mode = "filter"
    dropped: tuple[str, ...] = ()
    docs: Docs = field(default_factory=list)
    scores: Scores = field(default_factory=list)
    scored: dict[str, float] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


def walk(scope: Scope, query: Query) -> Walk:
    """Match and score a query; narrows the scope by its filters and exclusions."""
    _narrow(scope, query)
    result = Walk(scope)
    reads = read_words(query)
    words = [(c, reads[c]) for c in query.clauses if isinstance(c, Word) and reads[c].required]
    for read in reads.values():
        result.scored.update(read.scored)
        result.words.update((word, tuple(terms_of(word))) for word in read.words)
    docs = _all(matches(scope, c, reads) for c in query.clauses if isinstance(c, Phrase | Either))
    _join(result, words, docs)
    result.scores = _scores(scope, result)
    _settle(result, docs)
    return result


def read_words(query: Query) -> dict[Term, Asked]:
    """How every word and phrase of a query is read.

    Stop words are left out, unless the query has nothing else to offer.
    """
    terms = [t for c in query.clauses for t in (c.terms if isinstance(c, Either) else (c,))]
    spoken = [t for t in terms if isinstance(t, Word | Phrase)]
    reads: dict[Term, Asked] = {term: reading(term) for term in spoken}
    if any(read.required for read in reads.values()):
        return reads
    return {term: reading(term, keep_stop_words=True) for term in spoken}


def reading(term: Word | Phrase, *, keep_stop_words: bool = False) -> Asked:
    """The terms of a word; the last one of a prefix word ends in an asterisk."""
    read = asked(term.text, LONG_WORD, keep_stop_words=keep_stop_words)
    last = runs(term.text)[-1:]
    if isinstance(term, Phrase) or not term.is_prefix or not last or is_han(last[0]):
        # Chinese is matched by pairs of characters, so every word is a prefix already.
        return read
    piece = parts(last[0])[-1]
    kept = [t for t in read.required if t != stemmed(piece)]
    required = (*kept, f"{piece}*")
    scored = tuple((t, 1.0) for t in required)
    return replace(read, required=required, scored=scored, words=(*read.words[:-1], f"{last[0]}*"))


def matches(scope: Scope, clause: Clause, reads: Mapping[Term, Asked]) -> Docs:
    """The documents of a scope that a clause matches, one set per segment."""
    if isinstance(clause, Word):
        required = (reads.get(clause) or reading(clause, keep_stop_words=True)).required
        return _meet([scope.docs(term) for term in required]) if required else scope.everything()
    if isinstance(clause, Phrase):
        return _phrase(scope, clause.text)
    if isinstance(clause, Not):
        return [a - b for a, b in zip(scope.everything(), matches(scope, clause.term, reads), strict=True)]
    if isinstance(clause, Filter):
        return _filtered(scope, clause)
    return [
        set().union(*docs) for docs in zip(*(matches(scope, t, reads) for t in clause.terms), strict=True)
    ]


def _narrow(scope: Scope, query: Query) -> None:
    chosen: dict[str, list[Filter]] = defaultdict(list)
    for clause in query.clauses:
        if isinstance(clause, Filter):
            # Several values of what an item has once are alternatives.
            key = clause.field if clause.field in _SINGLE else str(clause)
            chosen[key].append(clause)
    for filters in chosen.values():
        scope.restrict(_any_of([matching(one, scope.zone) for one in filters]))
    for clause in query.clauses:
        if isinstance(clause, Not):
            scope.exclude(matches(scope, clause.term, {}))


def _any_of(masks: list[Callable[[Segment], int]]) -> Callable[[Segment], int]:
    def joined(segment: Segment) -> int:
        found = 0
        for mask in masks:
            found |= mask(segment)
        return found

    return joined


def _filtered(scope: Scope, clause: Filter) -> Docs:
    mask = matching(clause, scope.zone)
    inner = Scope(scope.segments, scope.masks, scope.cache, scope.zone)
    inner.restrict(mask)
    return inner.everything()


def terms_of(word: str) -> list[str]:
    """The terms that a content word consists of."""
    found: list[str] = []
    if word.endswith("*"):
        *kept, last = parts(word)
        return [*map(stemmed, kept), f"{last}*"]
    for run in runs(word):
        found.extend((pairs(run) or [run]) if is_han(run) else map(stemmed, parts(run)))
    return found


def _join(result: Walk, words: list[tuple[Word, Asked]], hard: Docs | None) -> None:
    if not words:
        result.mode = "filter" if hard is None else "all"
        result.docs = result.scope.everything() if hard is None else hard
        return
    result.mode = "any"
    if not _is_strict([read for _, read in words]):
        return
    found = [(str(word), _meet([result.scope.docs(t) for t in read.required])) for word, read in words]
    known = [docs for _, docs in found if any(docs)]
    both = _meet([*known, *([] if hard is None else [hard])]) if known else []
    if any(both):
        result.mode, result.docs = "all", both
        result.dropped = tuple(text for text, docs in found if not any(docs))
    else:
        result.dropped = tuple(text for text, _ in found)


def _is_strict(reads: list[Asked]) -> bool:
    tokens = [len(read.words) for read in reads]
    sentence = any(read.is_sentence for read in reads) or max(tokens) > MAX_WORD_TOKENS
    return len(reads) <= MAX_STRICT_WORDS and sum(tokens) <= MAX_STRICT_TOKENS and not sentence


def _settle(result: Walk, hard: Docs | None) -> None:
    if result.mode == "any":
        any_word: Docs = [set(scores) for scores in result.scores]
        result.docs = any_word if hard is None else _meet([any_word, hard])


def _scores(scope: Scope, result: Walk) -> Scores:
    total = scope.size()
    known = [(scope.frequency(term), term) for term in result.scored]
    rarest = sorted(pair for pair in known if pair[0])[:MAX_SCORED_TERMS]
    scores: Scores = [{} for _ in scope.segments]
    for frequency, term in rarest:
        weight = rarity(total, frequency) * result.scored[term]
        for into, found in zip(scores, scope.read(term), strict=True):
            get = into.get
            for doc, impact in zip(found.docs, found.impacts, strict=True):
                into[doc] = get(doc, 0.0) + weight * impact
    return scores


def _phrase(scope: Scope, text: str) -> Docs:
    steps = _steps(text)
    docs = _meet([scope.docs(term) for term, _ in steps]) if steps else scope.everything()
    if len(steps) <= 1:
        return docs
    return [_side_by_side(s, d, steps) for s, d in zip(scope.segments, docs, strict=True)]


def _steps(text: str) -> list[tuple[str, int]]:
    steps: list[tuple[str, int]] = []
    at = 0
    for run in runs(text):
        units = run if is_han(run) else parts(run)
        terms = (pairs(run) or [run]) if is_han(run) else [stemmed(piece) for piece in units]
        steps.extend((term, at + offset) for offset, term in enumerate(terms))
        at += len(units)
    return steps


def _side_by_side(segment: Segment, docs: set[int], steps: list[tuple[str, int]]) -> set[int]:
    starts: dict[int, set[int]] | None = None
    for term, offset in steps:
        places = segment.places(term, docs if starts is None else set(starts))
        begun = {doc: {p - offset for p in found} for doc, found in places.items()}
        if starts is not None:
            begun = {doc: both for doc, at in begun.items() if (both := at & starts[doc])}
        starts = begun
    return set(starts or ())


def _all(found: Iterable[Docs]) -> Docs | None:
    each = list(found)
    return _meet(each) if each else None


def _meet(each: list[Docs]) -> Docs:
    return [set.intersection(*sorted(docs, key=len)) for docs in zip(*each, strict=True)]
