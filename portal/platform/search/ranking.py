"""The numbers behind the order of results.

Every engine reads them here, so that engines agree and tuning is one diff.  The
values were chosen on the two judged collections (`evaluation.py`); FORMAT is
raised whenever a change here or in `analysis.py` makes old indexes wrong, and an
index of another format reports itself as damaged.  Nothing here knows an engine.

The formula is BM25F with fixed pivots: in place of a collection's mean length
each field has a constant.  That costs nothing measurable on the judged
collections, and it means that the score of an item depends on no other item
except through the frequency of words, which engines count among readable items
only.  The refused alternative, mean lengths of the whole index, would let an
unreadable item move readable ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

FORMAT = 3

K1 = 1.2


@dataclass(frozen=True, slots=True)
class Field:
    """How one field counts: its weight, and how much its length (in units) matters."""

    name: str
    bit: int
    weight: float
    b: float
    pivot: float


TITLE = Field("title", 1, 6.0, 0.6, 8.0)
TAGS = Field("tags", 2, 2.5, 0.4, 6.0)
NAMES = Field("names", 4, 4.0, 0.4, 6.0)
AUTHOR = Field("author", 8, 1.0, 0.3, 4.0)
BODY = Field("body", 16, 1.0, 0.75, 300.0)
FIELDS = (TITLE, TAGS, NAMES, AUTHOR, BODY)

MAX_SCORED_TERMS = 24
"""Of a long question only the rarest terms are scored; fewer cost relevance, more time."""

MAX_PREFIX_TERMS = 50
MAX_STRICT_WORDS = 3
MAX_STRICT_TOKENS = 7
MAX_WORD_TOKENS = 4
"""Words must all match if there are at most so many of them, of so few parts; more is a sentence."""

LONG_WORD = 1.0
"""Weight of a word of three or more characters beside the pairs that it consists of."""


def field_factor(field: Field, length: int) -> float:
    """What one occurrence is worth in a field of `length` units."""
    return field.weight / (1.0 - field.b + field.b * length / field.pivot)


def impact(weight: float) -> float:
    """Saturate the summed weight of a term in one item; between 0 and 1."""
    return weight / (weight + K1)


def rarity(documents: int, frequency: int) -> float:
    """Inverse document frequency, never negative."""
    return log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))
