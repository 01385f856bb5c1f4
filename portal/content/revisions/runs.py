"""What changed within a paragraph: characters of Chinese, words of Latin script, whole figures, then made readable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from portal.content.revisions.aligning import Alphabet, Step, steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.content.revisions.aligning import Budget

_LATIN = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_JOINED = "\u0300-\u036f\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"
TOKENS = re.compile(
    rf"[{_LATIN}]+(?:['’][{_LATIN}]+)*|\d+(?:[.,]\d+)*|[^\S\n]+|.[{_JOINED}]*(?:\u200d.[{_JOINED}]*)*",
    re.DOTALL,
)
SENTENCES = re.compile(r"[^。！？；.!?;\n]*[。！？；.!?;\n]+|[^。！？；.!?;\n]+")
WORDS = re.compile(rf"[{_LATIN}]+|\d+(?:[.,]\d+)*|[^\W\d_]")

ISLAND = 4
"""Weight up to which agreement between two changes is taken into them: four characters of Chinese, one word."""
WORD_WEIGHT = 3
FARTHEST = 60

_SENTENCE_ENDS = frozenset("。！？；!?;\n")
_PAUSES = frozenset("，、：,:）)】」』”》|")
_OPENINGS = frozenset("（(【「『“《")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


def words(text: str) -> list[str]:
    """The words and Chinese characters of a text, by which paragraphs are recognised; of punctuation alone, itself."""
    return WORDS.findall(text) or TOKENS.findall(text)


def marks(before: str, after: str, budget: Budget) -> tuple[Mark, ...]:
    """Both versions of a paragraph woven into one."""
    for tokens in (TOKENS, SENTENCES):
        a, b = tokens.findall(before), tokens.findall(after)
        if budget.allows(len(a), len(b)):
            break
    alphabet = Alphabet()
    found = steps(alphabet.spell(a), alphabet.spell(b), budget)
    if tokens is TOKENS:
        found = _settled(_without_islands(found, a, b), a, b)
    return tuple(_woven(found, a, b))


def _woven(found: list[Step], a: Sequence[str], b: Sequence[str]) -> Iterator[Mark]:
    for step in found:
        old, new = "".join(a[step.a0 : step.a1]), "".join(b[step.b0 : step.b1])
        if step.is_same:
            yield Mark("same", new)
            continue
        if old:
            yield Mark("removed", old)
        if new:
            yield Mark("added", new)


def _without_islands(found: list[Step], a: Sequence[str], b: Sequence[str]) -> list[Step]:
    """Changes with little between them become one: scattered characters of agreement cannot be read."""
    left, right = (list(accumulate(map(_weight, tokens), initial=0)) for tokens in (a, b))

    def effort(step: Step) -> int:
        return max(left[step.a1] - left[step.a0], right[step.b1] - right[step.b0])

    kept: list[Step] = []
    for step in found:
        kept.append(step)
        while len(kept) > 2 and not step.is_same:  # noqa: PLR2004 - a change, an island, a change
            first, island, last = kept[-3:]
            if effort(island) > min(ISLAND, effort(first), effort(last)):
                break
            kept[-3:] = [Step(first.a0, last.a1, first.b0, last.b1, is_same=False)]
    return kept


def _weight(token: str) -> int:
    if token[0].isspace():
        return 0
    return WORD_WEIGHT if len(token) > 1 else 1


def _settled(found: list[Step], a: Sequence[str], b: Sequence[str]) -> list[Step]:
    """Insertions and deletions moved to where a reader expects them: ，B in A，B，C is B， as well."""
    settled = list(found)
    for place, step in enumerate(settled):
        if step.is_same or (step.a0 < step.a1 and step.b0 < step.b1):
            continue
        tokens, start, end = (b, step.b0, step.b1) if step.a0 == step.a1 else (a, step.a0, step.a1)
        before, behind = (
            settled[near] if 0 <= near < len(settled) else None for near in (place - 1, place + 1)
        )
        by = _best_shift(tokens, start, end, _room(before), _room(behind))
        settled[place] = _moved(step, by, by)
        if before:
            settled[place - 1] = _moved(before, 0, by)
        if behind:
            settled[place + 1] = _moved(behind, by, 0)
    return settled


def _room(step: Step | None) -> int:
    return min(FARTHEST, step.a1 - step.a0) if step else 0


def _moved(step: Step, start: int, end: int) -> Step:
    return Step(step.a0 + start, step.a1 + end, step.b0 + start, step.b1 + end, step.is_same)


def _best_shift(tokens: Sequence[str], start: int, end: int, left: int, right: int) -> int:
    """By how many tokens a stretch is moved best; what it says stays the same."""
    least = most = 0
    while -least < left and tokens[start + least - 1] == tokens[end + least - 1]:
        least -= 1
    while most < right and tokens[start + most] == tokens[end + most]:
        most += 1

    def worth(by: int) -> tuple[int, int]:
        return _border(tokens, start + by) + _border(tokens, end + by), -abs(by)

    return max(range(least, most + 1), key=worth)


def _border(tokens: Sequence[str], place: int) -> int:
    """How natural it is to begin or end a change here."""
    if place in {0, len(tokens)}:
        return 4
    before, behind = tokens[place - 1], tokens[place]
    if before[-1] in _SENTENCE_ENDS:
        return 3
    if before[-1] in _PAUSES or behind[0] in _OPENINGS:
        return 2
    return int(before[-1].isspace())
