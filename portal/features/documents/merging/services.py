"""Verbs: merge a document into another, and undo it. See ADR 0015 for what goes over and what stays behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content import redirects, writing
from portal.content.cards import tags_of
from portal.content.manuscripts import MAX_TAGS, Manuscript, clean_tags, prepare
from portal.content.records import Revision
from portal.content.redirects import Redirect
from portal.content.replies.services import recount
from portal.features.documents import policy
from portal.features.documents.merging import hangings
from portal.kernel.errors import ConflictError, InvalidError, NotFoundError
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline
from portal.platform.items import ARCHIVED, DELETED, PUBLISHED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor

APPEND, KEEP = "append", "keep"
CHANGED = _l("One of the documents was changed meanwhile. Look at the preview again.")


@dataclass(frozen=True, slots=True)
class MergeInput:
    """How two documents become one.

    Args:
        manuscript: what the surviving document will say, from `joined`.
        source_version: version of the document that goes, as the person saw it.
        target_version: version of the one that stays, as the person saw it.
    """

    manuscript: Manuscript
    source_version: int
    target_version: int


def joined(session: Session, source: Document, target: Document, title: str, text: str) -> Manuscript:
    """What the surviving document will say: its text alone, or the other's below it; the tags of both.

    The tags of the surviving document come first, as there is a limit to their number.
    """
    body = target.body.rstrip() + f"\n\n---\n\n## {source.title}\n\n{source.body.lstrip()}"
    tags = tags_of(session, [source.id, target.id])
    both = clean_tags([*tags.get(target.id, []), *tags.get(source.id, [])])[:MAX_TAGS]
    note = str(_l("Merged with “%(title)s”", title=source.title))
    made = prepare(title or target.title, body if text == APPEND else target.body, both, note)
    return replace(made, data=_data_of(session, target))


def merge(session: Session, actor: Actor, source: Document, target: Document, wanted: MergeInput) -> None:
    """Let a document go up in another: replies, pictures and shelves move, its address leads there.

    Raises:
        ConflictError: one of them has changed since the preview.
        InvalidError: they are the same, or not both in use.
        ForbiddenError: the actor may not edit both.
    """
    for document in sorted((source, target), key=lambda document: document.id):
        access.lock(session, document)
    access.require(may_merge(actor, source, target), _l("You may edit only one of the two documents."))
    _check(source, target)
    if (source.version, target.version) != (wanted.source_version, wanted.target_version):
        raise ConflictError(CHANGED, target)
    before = target.version
    writing.rewrite(session, actor, target, wanted.manuscript, before)
    data: dict[str, Any] = {"state": source.state, "version": target.version, "replaces": before}
    data["target"] = target.id
    data |= hangings.move_over(session, source, target)
    _lead(session, actor, source, target, data)
    source.state, source.updated_at = DELETED, actor.now
    timeline.record(session, actor, source, "merged", into=target.id, before=data["state"])
    timeline.record(session, actor, target, "edited", version=target.version)
    audit.note(session, actor, "document.merged", f"item:{source.id}", into=target.id)
    recount(session, source.id)
    recount(session, target.id)


def undo(session: Session, actor: Actor, source: Document) -> bool:
    """Bring a merged document back as it was; whether the other one got its former text back, too.

    It does unless somebody has changed it since. Replies that were written later stay where they were written.

    Raises:
        NotFoundError: it was not merged, or what it was merged into is gone.
        ForbiddenError: the actor may not edit both.
    """
    redirect = redirects.of(session, source.id)
    if redirect is None:
        raise NotFoundError
    target = access.find(session, actor, type(source), redirect.target_id)
    for document in sorted((source, target), key=lambda document: document.id):
        access.lock(session, document)
    access.require(policy.may_restore(actor, source) and policy.may_edit(actor, target))
    data = redirect.data
    # Merged on since, the address leads to another document, whose versions have nothing to do with what was noted.
    is_whole: bool = (target.id, target.version) == (data.get("target"), data["version"])
    if is_whole:
        _take_back_text(session, actor, target, data["replaces"])
    hangings.move_back(session, source, target, data)
    redirects.forget(session, source.id)
    source.state, source.updated_at = data["state"], actor.now
    timeline.record(session, actor, source, "restored")
    audit.note(session, actor, "document.unmerged", f"item:{source.id}", out_of=target.id)
    recount(session, source.id)
    recount(session, target.id)
    return is_whole


def may_merge(actor: Actor, source: Document, target: Document) -> bool:
    """Whoever may edit both."""
    return policy.may_edit(actor, source) and policy.may_edit(actor, target)


def _check(source: Document, target: Document) -> None:
    if source.id == target.id:
        raise InvalidError(_l("A document cannot be merged into itself."))
    if source.state not in {PUBLISHED, ARCHIVED} or target.state != PUBLISHED:
        raise InvalidError(_l("Only published documents can be merged. Publish both first."))


def _lead(session: Session, actor: Actor, source: Document, target: Document, data: dict[str, Any]) -> None:
    leading = Redirect(
        item_id=source.id, target_id=target.id, title=source.title, by_id=actor.user_id, at=actor.now, data=data
    )  # fmt: skip
    redirects.lead(session, leading)


def _take_back_text(session: Session, actor: Actor, target: Document, version: int) -> None:
    former = select(Revision).where(Revision.item_id == target.id, Revision.version == version)
    revision = session.scalars(former).one()
    text = prepare(revision.title, revision.body, revision.tags, str(_l("Merging undone")))
    kept = replace(text, data=dict(revision.data))
    writing.rewrite(session, actor, target, kept, target.version)
    timeline.record(session, actor, target, "edited", version=target.version)


def _data_of(session: Session, document: Document) -> dict[str, Any]:
    """What its kind keeps with the present version beyond the text."""
    present = select(Revision.data).where(
        Revision.item_id == document.id, Revision.version == document.version
    )
    return dict(session.scalar(present) or {})
