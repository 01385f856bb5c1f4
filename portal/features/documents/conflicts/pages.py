"""The page of a conflict: what was put together by itself, and what somebody has to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import request

from portal.content.manuscripts import clean_body
from portal.content.mentions.presenting import settled
from portal.content.revisions import queries
from portal.content.revisions.differences import Block, compare, only_changes
from portal.content.revisions.merging import Part, has_conflicts, merge, text
from portal.features.documents.conflicts.beside import merged_tags, questions
from portal.kernel.errors import NotFoundError
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.content.revisions.queries import State
    from portal.features.documents.forms import DocumentForm
    from portal.features.documents.models import Document

OWN = (
    "csrf_token",
    "version",
    "title",
    "body",
    "space",
    "tags",
    "audience",
    "seen",
    "note",
    "template_version",
    "parts",
)
PREFIXES = ("pick:", "mine:", "theirs:", "own:", "gap:", "part:", "field-")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the merged text on the page.

    Args:
        who: whose change it is, as in `merging`.
        text: what is saved of it; of a conflict both, one after the other.
        blocks: what changed in it.
        count: how many unchanged paragraphs it stands for.
        mine: my text in a conflict.
        theirs: theirs.
        my_blocks: what I changed.
        their_blocks: what they changed.
        gap: the blank lines behind it.
    """

    who: str
    text: str
    blocks: Sequence[Block] = ()
    count: int = 0
    mine: str = ""
    theirs: str = ""
    my_blocks: Sequence[Block] = ()
    their_blocks: Sequence[Block] = ()
    gap: str = ""


def conflict_page(form: DocumentForm, current: Document) -> dict[str, Any]:
    """Both texts put together by the version that the person had before their eyes; saving builds on the current one."""
    base = _base(current, form.expected)
    theirs = queries.state(session(), actor(), current, current.version)
    body = clean_body(settled(form.body.data or ""))
    parts = merge(base.body if base else "", body, theirs.body)
    asked, tags = questions(form, base, theirs, current), merged_tags(form, base, theirs)
    is_saved = body == theirs.body and tags == theirs.tags and all(
        each.who in {"same", "both"} for each in asked
    )  # fmt: skip
    return {
        "form": form,
        "document": {"id": current.id, "title": current.title, "url": item_url("document", current.id)},
        "theirs": theirs,
        "their_url": person_url(theirs.author_username),
        "questions": asked,
        "tags": "，".join(tags),
        "has_new_tags": tags != theirs.tags,
        "stretches": list(stretches(parts)),
        "is_saved": is_saved,
        "has_conflicts": has_conflicts(parts) or any(each.who == "conflict" for each in asked),
        "hidden": list(_hidden(current, theirs)),
    }


def stretches(parts: Sequence[Part]) -> Iterator[Stretch]:
    """The parts as people read them: neighbours that changed in the same way are one."""
    for who, group in groupby(parts, key=lambda part: "same" if part.who == "both" else part.who):
        if who == "conflict":
            yield from map(_conflict, group)
            continue
        together = list(group)
        pieces = [piece for part in together for piece in part.taken]
        before = text(piece for part in together for piece in part.base)
        shown = only_changes(compare(before, text(pieces)), context=0) if who != "same" else ()
        yield Stretch(who, text(pieces), shown, len(together))


def _conflict(part: Part) -> Stretch:
    before, mine, theirs = text(part.base), text(part.mine), text(part.theirs)
    gap = (part.mine or part.theirs)[-1].gap
    return Stretch(
        who="conflict",
        text=text(part.taken).rstrip("\n"),
        mine=mine,
        theirs=theirs,
        my_blocks=compare(before, mine),
        their_blocks=compare(before, theirs),
        gap=gap or "\n\n",
    )


def _base(current: Document, version: int) -> State | None:
    """The version that the person had before their eyes; None when the form names one they cannot have had."""
    try:
        return queries.state(session(), actor(), current, version)
    except NotFoundError:
        return None


def _hidden(current: Document, theirs: State) -> Iterator[tuple[str, str]]:
    """What goes along unseen: whatever else the form held, on top of what the others have saved."""
    yield "version", str(current.version)
    yield "seen", "|".join([str(current.space_id), *(grant.token for grant in current.grants)])
    if "template" in request.form and theirs.data.get("filled"):
        yield "template_version", str(theirs.data["filled"]["version"])
    for name, values in request.form.lists():
        if name not in OWN and not name.startswith(PREFIXES):
            yield from ((name, value) for value in values)
