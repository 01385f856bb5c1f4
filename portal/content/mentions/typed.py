"""Names after an @ as people type them → the form that a text keeps: `@[李娜](user:lina)`, `@[华东大区](dept:4)`.

A Chinese name is followed by the sentence without a space, so only a list of names can tell where it ends; the kept form
needs no list, stays readable in the source and survives that somebody else gets the same name. Names in code and in
mail addresses are left alone, and so is a name that several people have: the list of the editor tells those apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    Lookup = Callable[[Collection[str]], Mapping[str, tuple[str, str]]]

LONGEST = 30
SHORTEST = 2
MOST = 100
_AT = re.compile(r"(?<![A-Za-z0-9_.+\-/@＠\\])[@＠]([^\s@＠\[\]()<>{}`|\\]{%d,%d})" % (SHORTEST, LONGEST))  # noqa: UP031
_FENCE = re.compile(r"\s{0,12}(`{3,}|~{3,})")
_CODE = re.compile(r"(`{1,8})(?!`).*?(?<!`)\1(?!`)")
_ASCII = re.compile(r"[a-z0-9._-]")


def settled(text: str, lookup: Lookup) -> str:
    """The text with every name that is known in the form that is kept.

    Args:
        text: as typed.
        lookup: those of some possible names that are known, each with its label and its token.
    """
    found = [match[1] for line in _prose(text) for match in _AT.finditer(line)][:MOST]
    if not found:
        return text
    known = lookup({beginning for words in found for beginning in _beginnings(words)})
    return _rewritten(text, known) if known else text


def _beginnings(words: str) -> Iterator[str]:
    for length in range(SHORTEST, len(words) + 1):
        yield words[:length]
        yield words[:length].lower()


def _prose(text: str) -> Iterator[str]:
    """What stands outside of code."""
    for line, is_code in _lines(text):
        if not is_code:
            yield _CODE.sub(" ", line)


def _rewritten(text: str, known: Mapping[str, tuple[str, str]]) -> str:
    return "\n".join(line if is_code else _line(line, known) for line, is_code in _lines(text))


def _line(line: str, known: Mapping[str, tuple[str, str]]) -> str:
    parts, at = [], 0
    for code in _CODE.finditer(line):
        parts += [_AT.sub(lambda match: _kept(match, known), line[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, _AT.sub(lambda match: _kept(match, known), line[at:])])


def _kept(match: re.Match[str], known: Mapping[str, tuple[str, str]]) -> str:
    """The longest name that the words begin with; a name to sign in with must end where the word ends."""
    words = match[1]
    for length in range(len(words), SHORTEST - 1, -1):
        name = words[:length]
        found = known.get(name) or known.get(name.lower())
        if found and not (
            _ASCII.match(name[-1].lower()) and _ASCII.match(words[length : length + 1].lower())
        ):
            return f"@[{found[0]}]({found[1]}){words[length:]}"
    return match[0]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    fence = ""
    for line in text.split("\n"):
        opening = _FENCE.match(line)
        if opening and not fence:
            fence = opening[1][:3]
            yield line, True
        elif opening and opening[1].startswith(fence):
            fence = ""
            yield line, True
        else:
            yield line, bool(fence)
