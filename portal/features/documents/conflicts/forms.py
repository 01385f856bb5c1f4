"""What the page of a conflict sends: parts of a text and choices, made into the form that saves a document.

A choice is called `pick:<name>` and says `mine` or `theirs`, of a paragraph also `both` or `own`. What each would mean
stands beside it under `mine:<name>:<field>` and `theirs:<name>:<field>`; parts of the text are fields called `part`. So the
page works without a script, and nothing has to be remembered or merged again on the way.
"""

from __future__ import annotations

import re

from werkzeug.datastructures import ImmutableMultiDict, MultiDict

PART = "part"
SIDE = re.compile(r"(mine|theirs):([^:]+):(.+)", re.DOTALL)
KEPT = re.compile(r"part:(\d+)\Z")
BREAK = "\n\n"


def chosen(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    """The fields of a document after the choices; what is no choice stays as it is."""
    wanted: MultiDict[str, str] = MultiDict()
    for name, values in sent.lists():
        side = SIDE.match(name)
        if side and not side[2].startswith(PART):
            if sent.get(f"pick:{side[2]}") == side[1]:
                wanted.setlist(side[3], values)
        elif not side and not name.startswith(("pick:", "own:", "gap:", "part:")):
            wanted.setlist(name, values)
    if "parts" in sent:
        wanted["body"] = _text(sent)
    return ImmutableMultiDict(wanted)


def _text(sent: MultiDict[str, str]) -> str:
    number = min(sent.get("parts", 0, type=int), len(sent))
    text = ""
    for place in range(number):
        kept = sent.get(f"part:{place}")
        for piece in [kept] if kept is not None else _picked(sent, place):
            text = _joined(text, piece.replace("\r\n", "\n"))
    return text


def _picked(sent: MultiDict[str, str], place: int) -> list[str]:
    pick, name = sent.get(f"pick:part-{place}", "both"), f"part-{place}"
    if pick == "own":
        own = sent.get(f"own:{name}", "").rstrip()
        return [own + sent.get(f"gap:{name}", "")] if own else []
    sides = ("mine", "theirs") if pick == "both" else (pick,)
    return [sent.get(f"{side}:{name}:body", "") for side in sides]


def _joined(before: str, after: str) -> str:
    """Texts from different sides are set apart as paragraphs are."""
    return before + BREAK + after if before and after and not before.endswith("\n") else before + after
