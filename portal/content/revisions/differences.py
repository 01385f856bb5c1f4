"""What differs between two texts, told the way people read: paragraphs first, then runs of characters within them.

Chinese is compared character by character, Latin script and figures word by word; islands of agreement too small to
read are taken into the change around them. The work is bounded: every comparison is charged for before it is made, and
what would cost too much is told more coarsely (by sentence, then as a whole). It is a pure function of the two texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import LCSseq

from portal.content.revisions.aligning import Alphabet, Budget, pair, shared_ends, steps
from portal.content.revisions.blocks import Piece, split
from portal.content.revisions.runs import Mark, marks, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind = Literal["same", "changed", "added", "removed", "omitted"]

FINE_LENGTH = 300_000
"""Characters of both texts together up to which paragraphs are paired and changes within them told."""
LINES = 30_000
"""Lines of both texts together up to which they are taken to pieces at all."""
SIZE_CELLS = 200_000_000
LOOKED_AT = 400
"""Words of a paragraph by which its former self is recognised."""

_SIDES = {"before": ("same", "removed"), "after": ("same", "added")}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one version, changed or not."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or line of code in both versions.

    Args:
        kind: what became of it; `omitted` stands for `count` unchanged ones that `only_changes` left out.
        marks: both versions woven into one, as the inline view shows them.
        look: text, head, row, item or code.
        count: how many blocks were left out.
    """

    kind: Kind
    marks: tuple[Mark, ...] = ()
    look: str = "text"
    count: int = 0

    @property
    def before(self) -> tuple[Run, ...]:
        """The earlier version; empty for what was added."""
        return self._side("before")

    @property
    def after(self) -> tuple[Run, ...]:
        """The later version; empty for what was removed."""
        return self._side("after")

    def _side(self, side: str) -> tuple[Run, ...]:
        found: list[Run] = []
        for mark in self.marks:
            is_changed = mark.kind != "same"
            if mark.kind not in _SIDES[side]:
                continue
            if found and found[-1].is_changed == is_changed:
                found[-1] = Run(found[-1].text + mark.text, is_changed)
            else:
                found.append(Run(mark.text, is_changed))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Size:
    """How much changed, in characters."""

    added: int
    removed: int


def compare(before: str, after: str) -> list[Block]:
    """The blocks of both texts in reading order. Blank lines between them do not count."""
    if before.count("\n") + after.count("\n") > LINES:
        return _at_once(before, after)
    old, new = _pieces(before), _pieces(after)
    is_fine = len(before) + len(after) <= FINE_LENGTH
    budget, alphabet = Budget(), Alphabet()
    spelt = [alphabet.spell(piece.text for piece in pieces) for pieces in (old, new)]
    blocks: list[Block] = []
    for step in steps(spelt[0], spelt[1], budget):
        gone, come = old[step.a0 : step.a1], new[step.b0 : step.b1]
        if step.is_same:
            blocks += [Block("same", (Mark("same", piece.text),), piece.look) for piece in come]
        elif is_fine:
            blocks += _paired(gone, come, budget)
        else:
            blocks += [*map(_removed, gone), *map(_added, come)]
    return blocks


def has_changes(blocks: Iterable[Block]) -> bool:
    """Whether anything but blank lines differs."""
    return any(block.kind not in {"same", "omitted"} for block in blocks)


def only_changes(blocks: Sequence[Block], context: int = 1) -> list[Block]:
    """The changed blocks with as many unchanged ones around them; for the rest stands how many were left out."""
    kept: set[int] = set()
    for place, block in enumerate(blocks):
        if block.kind != "same":
            kept.update(range(place - context, place + context + 1))
    shown: list[Block] = []
    for place, block in enumerate(blocks):
        if place in kept:
            shown.append(block)
        elif shown and shown[-1].kind == "omitted":
            shown[-1] = Block("omitted", count=shown[-1].count + 1)
        else:
            shown.append(Block("omitted", count=1))
    return shown


def size(before: str, after: str) -> Size:
    """How many characters were added and removed; of what is too long to compare, all of them."""
    head, tail = shared_ends(before, after)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    common = LCSseq.similarity(old, new) if len(old) * len(new) <= SIZE_CELLS else 0
    return Size(len(new) - common, len(old) - common)


def _at_once(before: str, after: str) -> list[Block]:
    """What the texts begin and end with, and all between as one change."""
    head, tail = shared_ends(before, after)
    head = before.rfind("\n", 0, head) + 1
    end = before.find("\n", len(before) - tail)
    tail = len(before) - end if end >= 0 and tail else 0
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    told = [
        Block("same", (Mark("same", before[:head].strip("\n")),)),
        Block("removed", (Mark("removed", old.strip("\n")),)),
        Block("added", (Mark("added", new.strip("\n")),)),
        Block("same", (Mark("same", before[len(before) - tail :].strip("\n")),)),
    ]
    return [block for block in told if block.marks[0].text]


def _pieces(text: str) -> list[Piece]:
    return [piece for piece in split(text) if piece.text]


def _paired(gone: Sequence[Piece], come: Sequence[Piece], budget: Budget) -> Iterator[Block]:
    alphabet = Alphabet()
    old, new = (
        [alphabet.spell(words(piece.text)[:LOOKED_AT]) for piece in pieces] for pieces in (gone, come)
    )
    for a, b in pair(old, new, budget):
        if a is None and b is not None:
            yield _added(come[b])
        elif b is None and a is not None:
            yield _removed(gone[a])
        elif a is not None and b is not None:
            yield Block("changed", marks(gone[a].text, come[b].text, budget), come[b].look)


def _removed(piece: Piece) -> Block:
    return Block("removed", (Mark("removed", piece.text),), piece.look)


def _added(piece: Piece) -> Block:
    return Block("added", (Mark("added", piece.text),), piece.look)
