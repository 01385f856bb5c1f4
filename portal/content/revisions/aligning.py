"""Laying two sequences side by side at a bounded price: what is equal, what is not, and which changed pieces belong together.

Every distinct element becomes one character, so that the comparing itself is done by a library on plain strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

CELLS = 200_000_000
"""Of one comparison: the product of both lengths, a bit of memory each (25 MB) and some 40 ms in all."""
ALL_CELLS = 2_000_000_000
ALIKE = 0.4
"""Two paragraphs with this share of words in common are versions of the same."""
FEW, MANY = 64, 12
"""Pieces that are tried against each other, while there are at most `CROWD` of them, and beyond."""
CROWD = 4_000


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of both sequences: a[a0:a1] beside b[b0:b1], equal or not."""

    a0: int
    a1: int
    b0: int
    b1: int
    is_same: bool


class Alphabet:
    """Spells sequences as strings: the same element is always the same character."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def spell(self, elements: Iterable[str]) -> str:
        """One character for each element."""
        letters = self._letters
        return "".join([letters.setdefault(element, chr(len(letters))) for element in elements])


@dataclass(slots=True)
class Budget:
    """What comparing may still cost."""

    cells: int = ALL_CELLS

    def allows(self, rows: int, columns: int) -> bool:
        """Take the price of a comparison, if there is enough left for it."""
        price = rows * columns
        if price > min(CELLS, self.cells):
            return False
        self.cells -= price
        return True


def steps(a: str, b: str, budget: Budget) -> list[Step]:
    """Both sequences in alternating equal and unequal stretches; between equal ends one unequal one when it is dear."""
    head, tail = shared_ends(a, b)
    found = _Steps()
    found.add(0, head, 0, head, is_same=True)
    if budget.allows(len(a) - head - tail, len(b) - head - tail):
        for code in Indel.opcodes(a[head : len(a) - tail], b[head : len(b) - tail]):
            places = (code.src_start, code.src_end, code.dest_start, code.dest_end)
            found.add(*(place + head for place in places), is_same=code.tag == "equal")
    else:
        found.add(head, len(a) - tail, head, len(b) - tail, is_same=False)
    found.add(len(a) - tail, len(a), len(b) - tail, len(b), is_same=True)
    return found.steps


class _Steps:
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, a0: int, a1: int, b0: int, b1: int, *, is_same: bool) -> None:
        if a0 == a1 and b0 == b1:
            return
        if self.steps and self.steps[-1].is_same == is_same:
            last = self.steps.pop()
            a0, b0 = last.a0, last.b0
        self.steps.append(Step(a0, a1, b0, b1, is_same))


def shared_ends(a: str, b: str) -> tuple[int, int]:
    """How many characters both begin with, and with how many of the rest both end."""
    most = min(len(a), len(b))
    head = _longest(most, lambda n: a[:n] == b[:n])
    tail = _longest(most - head, lambda n: a[len(a) - n :] == b[len(b) - n :])
    return head, tail


def _longest(most: int, agree: Callable[[int], bool]) -> int:
    """The largest length for which they agree; those below it agree, too."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if agree(middle) else (least, middle - 1)
    return least


def pair(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[tuple[int | None, int | None]]:
    """Which old piece became which new one, in reading order; None for one that has no counterpart.

    Args:
        old: the words of each earlier piece, one character a word.
        new: those of each later piece.
        budget: what comparing may cost.
    """
    side = FEW if len(old) + len(new) <= CROWD else MANY
    parts = max(1, -(-len(old) // side), -(-len(new) // side))
    for part in range(parts):
        a0, a1 = (len(old) * edge // parts for edge in (part, part + 1))
        b0, b1 = (len(new) * edge // parts for edge in (part, part + 1))
        for a, b in _best(old[a0:a1], new[b0:b1], budget):
            yield None if a is None else a0 + a, None if b is None else b0 + b


def _best(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[tuple[int | None, int | None]]:
    """The pairs whose likenesses sum up to most, in an order that both sides keep."""
    likeness = _likenesses(old, new, budget)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in reversed(range(len(old))):
        for b in reversed(range(len(new))):
            apart = max(best[a + 1][b], best[a][b + 1])
            best[a][b] = max(apart, likeness[a][b] + best[a + 1][b + 1]) if likeness[a][b] else apart
    a = b = 0
    while a < len(old) and b < len(new):
        if likeness[a][b] and best[a][b] == likeness[a][b] + best[a + 1][b + 1]:
            yield a, b
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            yield a, None
            a += 1
        else:
            yield None, b
            b += 1
    yield from ((rest, None) for rest in range(a, len(old)))
    yield from ((None, rest) for rest in range(b, len(new)))


def _likenesses(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[list[float]]:
    if not budget.allows(sum(map(len, old)), sum(map(len, new))):
        return [[0.0] * len(new) for _ in old]
    return [[Indel.normalized_similarity(a, b, score_cutoff=ALIKE) for b in new] for a in old]
