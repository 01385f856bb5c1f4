"""Putting two people's changes to one text together: paragraph by paragraph, by the version that both began with.

What only one of them changed is taken; where both changed the same, somebody has to choose. It is a pure function of three
texts. Two promises: with one side unchanged the result is the other side, byte for byte, and no paragraph that anybody wrote
is left out without having been chosen against.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from portal.content.revisions.aligning import Alphabet, Budget, pair, steps
from portal.content.revisions.blocks import Piece, split
from portal.content.revisions.runs import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

T = TypeVar("T")
Who = Literal["same", "mine", "theirs", "both", "conflict"]
Choice = Literal["mine", "theirs", "both"]

LINES = 30_000
"""Lines of all three texts together up to which they are taken to pieces; longer ones are one piece each."""
LOOKED_AT = 400
_TIGHT = {"row", "item", "code"}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text in three versions, each empty where the stretch is not in it.

    Args:
        who: whose change it is; `both` made the same one, `conflict` is a different one by each.
        base: as both began with it.
        mine: as one side left it.
        theirs: as the other did.
    """

    who: Who
    base: tuple[Piece, ...]
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]

    @property
    def taken(self) -> tuple[Piece, ...]:
        """What the merged text says here as long as nobody has chosen; of a conflict both, one after the other."""
        return self.chosen("both")

    def chosen(self, choice: Choice) -> tuple[Piece, ...]:
        """What the merged text says here after a choice, which counts in a conflict only."""
        if self.who == "conflict":
            return {"mine": self.mine, "theirs": self.theirs, "both": self.mine + self.theirs}[choice]
        taken = self.theirs if self.who == "theirs" else self.mine
        if not (self.mine and self.theirs):
            return taken
        gaps = map(_gap, self.base or self.theirs, self.mine, self.theirs)
        return tuple(Piece(piece.text, gap, piece.look) for piece, gap in zip(taken, gaps, strict=True))


def merge(base: str, mine: str, theirs: str) -> list[Part]:
    """The parts of the merged text, in order."""
    if sum(text.count("\n") for text in (base, mine, theirs)) > LINES:
        return [_part(*(_as_one(text) for text in (base, mine, theirs)))]
    pieces, budget = split(base), Budget()
    own, other = (_Laid(pieces, split(text), budget) for text in (mine, theirs))
    parts = []
    for place in range(len(pieces) + 1):
        if own.added[place] or other.added[place]:
            parts.append(_part((), tuple(own.added[place]), tuple(other.added[place])))
        if place < len(pieces):
            parts.append(_part((pieces[place],), own.kept[place], other.kept[place]))
    return parts


def has_conflicts(parts: Iterable[Part]) -> bool:
    """Whether somebody has to choose."""
    return any(part.who == "conflict" for part in parts)


def text(pieces: Iterable[Piece]) -> str:
    """Pieces as a text: what came from different sides is set apart as paragraphs are."""
    said: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before and "\n" not in before.gap:
            said.append("\n" if before.look == piece.look and piece.look in _TIGHT else "\n\n")
        said.append(piece.source)
        before = piece
    return "".join(said)


def merged(parts: Sequence[Part], choices: Mapping[int, Choice] | None = None) -> str:
    """The merged text.

    Args:
        parts: made by `merge`.
        choices: by the place of a part; a conflict without one keeps both.
    """
    wanted = choices or {}
    chosen = (part.chosen(wanted.get(place, "both")) for place, part in enumerate(parts))
    return text(chain.from_iterable(chosen))


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """A single value in both versions, and whose change it is."""

    who: Who
    mine: T
    theirs: T

    @property
    def taken(self) -> T:
        """What counts as long as nobody has chosen: in a conflict what one has entered oneself."""
        return self.theirs if self.who in {"theirs", "same"} else self.mine


def merge_value(base: T, mine: T, theirs: T) -> Value[T]:
    """A title, a space, a field: whoever changed it has it."""
    return Value(_who(base, mine, theirs), mine, theirs)


def merge_sets(base: Iterable[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Tags and the like: what somebody added is in, what somebody took away is out."""
    known, own, other = set(base), set(mine), set(theirs)
    wanted = (own & other) | ((own | other) - known)
    return tuple(dict.fromkeys(each for each in (*theirs, *mine) if each in wanted))


def _who(base: object, mine: object, theirs: object) -> Who:
    if mine == theirs:
        return "same" if mine == base else "both"
    if mine == base:
        return "theirs"
    return "mine" if theirs == base else "conflict"


def _part(base: tuple[Piece, ...], mine: tuple[Piece, ...], theirs: tuple[Piece, ...]) -> Part:
    return Part(_who(*(tuple(p.text for p in side) for side in (base, mine, theirs))), base, mine, theirs)


def _gap(base: Piece, mine: Piece, theirs: Piece) -> str:
    """The blank lines of whoever changed them."""
    if base.gap not in {mine.gap, theirs.gap}:
        return max(mine.gap, theirs.gap, key=lambda each: (len(each), each))
    return theirs.gap if mine.gap == base.gap else mine.gap


def _as_one(whole: str) -> tuple[Piece, ...]:
    return (Piece(whole),) if whole else ()


class _Laid:
    """A later version laid beside the base: what became of each piece, and what was added before it."""

    def __init__(self, base: list[Piece], other: list[Piece], budget: Budget) -> None:
        self.kept: list[tuple[Piece, ...]] = [()] * len(base)
        self.added: list[list[Piece]] = [[] for _ in range(len(base) + 1)]
        alphabet = Alphabet()
        rows = [alphabet.spell(piece.text for piece in pieces) for pieces in (base, other)]
        place = 0
        for a, b in _pairs(rows[0], rows[1], base, other, budget):
            if a is not None:
                place = a + 1
            if a is not None and b is not None:
                self.kept[a] = (other[b],)
            elif b is not None:
                self.added[place].append(other[b])


def _pairs(
    a: str, b: str, base: list[Piece], other: list[Piece], budget: Budget
) -> Iterator[tuple[int | None, int | None]]:
    """Which piece became which, equal ones and changed ones."""
    for step in steps(a, b, budget):
        if step.is_same:
            yield from zip(range(step.a0, step.a1), range(step.b0, step.b1), strict=True)
            continue
        alphabet = Alphabet()
        old = [alphabet.spell(words(piece.text)[:LOOKED_AT]) for piece in base[step.a0 : step.a1]]
        new = [alphabet.spell(words(piece.text)[:LOOKED_AT]) for piece in other[step.b0 : step.b1]]
        for i, j in pair(old, new, budget):
            yield None if i is None else step.a0 + i, None if j is None else step.b0 + j
