"""What a request changes, what has changed in its document since, and the one upon the other.

Who decides compares with the version that the author built on only if they may see that version; otherwise with what the
document says now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.content.cards import tags_of
from portal.content.revisions import filled, merging
from portal.content.revisions import queries as revisions
from portal.content.revisions.differences import Block, Size, compare, has_changes, only_changes, size
from portal.content.templates.fillings import FILLED
from portal.features.documents.reviews import queries
from portal.features.documents.reviews.models import CHANGE, PENDING, PUBLICATION
from portal.kernel.errors import NotFoundError
from portal.kernel.messages import _l

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.kernel.actor import Actor

TITLE, TAGS, SPACE, COMMA = _l("Title"), _l("Tags"), _l("Space"), _l(", ")


@dataclass(frozen=True, slots=True)
class Text:
    """What a document says, or is to say. `conflicts` says that two people changed the same, `disputes` tells what."""

    title: str
    body: str
    tags: tuple[str, ...]
    data: Mapping[str, Any]
    space_id: int | None
    disputes: tuple[tuple[str, str], ...] = ()
    conflicts: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A changed value beside the text."""

    label: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two texts."""

    field_changes: Sequence[FieldChange]
    blocks: Sequence[Block]
    size: Size
    has_changes: bool


@dataclass(frozen=True, slots=True)
class Outdated:
    """Since when the document has moved on, and how."""

    at: dt.datetime
    difference: Difference


def told(session: Session, actor: Actor, request: ChangeRequest, document: Document) -> dict[str, Any]:
    """What the page of a request shows of texts."""
    if request.kind == PUBLICATION:
        return {
            "difference_told": None,
            "outdated": None,
            "disputed": False,
            "html": queries.html_of(session, document.id),
        }
    base = _base(session, actor, request, document)
    now = current(session, document)
    outdated = _outdated(session, request, document)
    return {
        "difference_told": _difference(session, base or now, proposal(request)),
        "outdated": outdated and Outdated(outdated, _difference(session, base or now, now)),
        "disputed": outdated is not None and upon_current(session, request, document).conflicts,
        "html": request.html,
    }


def proposal(request: ChangeRequest) -> Text:
    """What is proposed."""
    return Text(request.title, request.body, tuple(request.tags), _filled(request.data), request.space_id)


def current(session: Session, document: Document) -> Text:
    """What a document says now."""
    revision = queries.revision(session, document.id, document.version)
    tags = tags_of(session, [document.id]).get(document.id, [])
    data = revision.data if revision else {}
    return Text(document.title, document.body, tuple(tags), _filled(data), document.space_id)


def upon_current(session: Session, request: ChangeRequest, document: Document) -> Text:
    """What is proposed, upon what the document says now: whatever only one side changed is as that side has it."""
    mine, theirs = proposal(request), current(session, document)
    if document.version == request.base_version:
        return mine
    known = revisions.find_state(session, document.id, request.base_version)
    if known is None:
        return _with_conflict(mine)
    base = Text(known.title, known.body, known.tags, _filled(known.data), theirs.space_id)
    return merge(base, mine, theirs)


def merge(base: Text, mine: Text, theirs: Text) -> Text:
    """Both changes of one text together; of paragraphs that both changed, both stand one after the other."""
    parts = merging.merge(base.body, mine.body, theirs.body)
    title = merging.merge_value(base.title, mine.title, theirs.title)
    data = merging.merge_value(base.data, mine.data, theirs.data)
    disputes = tuple(
        (merging.text(part.mine), merging.text(part.theirs)) for part in parts if part.who == "conflict"
    )
    if title.who == "conflict":
        disputes = ((mine.title, theirs.title), *disputes)
    return Text(
        title.taken,
        merging.merged(parts),
        merging.merge_sets(base.tags, mine.tags, theirs.tags),
        data.taken,
        mine.space_id,
        disputes,
        conflicts=bool(disputes) or data.who == "conflict",
    )


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a revision keeps, what was filled into the fields of a template."""
    return {FILLED: data[FILLED]} if data.get(FILLED) else {}


def _with_conflict(text: Text) -> Text:
    return Text(text.title, text.body, text.tags, text.data, text.space_id, conflicts=True)


def _base(session: Session, actor: Actor, request: ChangeRequest, document: Document) -> Text | None:
    """What the author built on, as far as the reader may see it."""
    is_own = request.author_id == actor.user_id
    known = revisions.find_state(session, document.id, request.base_version)
    if known is None or not (is_own or _may_see(session, actor, document, request.base_version)):
        return None
    return Text(known.title, known.body, known.tags, _filled(known.data), document.space_id)


def _may_see(session: Session, actor: Actor, document: Document, version: int) -> bool:
    try:
        revisions.state(session, actor, document, version)
    except NotFoundError:
        return False
    return True


def _outdated(session: Session, request: ChangeRequest, document: Document) -> dt.datetime | None:
    if request.kind != CHANGE or request.state not in PENDING or document.version == request.base_version:
        return None
    following = queries.revision(session, document.id, request.base_version + 1)
    return following.at if following else document.updated_at


def _difference(session: Session, before: Text, after: Text) -> Difference:
    blocks = compare(before.body, after.body)
    return Difference(
        list(_field_changes(session, before, after)),
        only_changes(blocks),
        size(before.body, after.body),
        has_changes(blocks),
    )


def _field_changes(session: Session, before: Text, after: Text) -> list[FieldChange]:
    said = [
        (str(TITLE), before.title, after.title),
        (str(TAGS), _joined(before.tags), _joined(after.tags)),
    ]
    if before.space_id != after.space_id:
        spaces = [queries.space_label(session, text.space_id, "") for text in (before, after)]
        said.append((str(SPACE), spaces[0], spaces[1]))
    old, new = (dict(filled.told(session, text.data)) for text in (before, after))
    told_fields = [(label, old.get(label, ""), new.get(label, "")) for label in {**old, **new}]
    return [
        FieldChange(label, compare(one, other)) for label, one, other in [*said, *told_fields] if one != other
    ]


def _joined(tags: Sequence[str]) -> str:
    return str(COMMA).join(sorted(tags))
