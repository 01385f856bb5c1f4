"""Verbs of attachments: attach, keep for later, claim, replace, go back to a version, remove, restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from portal.content.attachments import policy
from portal.content.attachments.models import UNREAD, WAITING, Attachment, AttachmentFile
from portal.content.attachments.queries import count_of, namesake, version
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.kernel.typed import line
from portal.platform import access, jobs, timeline
from portal.platform.extraction import Format
from portal.platform.items import DELETED, DRAFT, PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from portal.content.attachments.storing import Taken
    from portal.kernel.actor import Actor

JOB = "read attachment"
MOST = 50
MOST_VERSIONS = 100
NOTE_LENGTH = 200
CONTENT = ("key", "name", "form", "size", "digest")
READABLE_FORMATS = frozenset(Format) - {Format.PICTURE, Format.SVG, Format.ZIP}


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of a file: a new attachment, a new version of one, or nothing, as it was there already."""

    attachment: Attachment
    outcome: Literal["added", "replaced", "same"]


def attach(session: Session, actor: Actor, holder: Item, taken: Taken) -> Attached:
    """Add a file to an item; one of the same name becomes its next version.

    Raises:
        ForbiddenError: the actor may not edit the item.
        InvalidError: the item has as many files as one may have.
    """
    access.lock(session, holder)
    access.require(policy.may_attach(actor, holder), _l("Only those who may edit the document attach files."))
    known = namesake(session, actor, holder.id, taken.kept.name)
    if known is not None:
        return replace(session, actor, known, taken)
    if count_of(session, actor, holder.id) >= MOST:
        raise InvalidError(_l("A document has at most %(n)s attachments.", n=MOST))
    made = _make(session, actor, taken, holder)
    timeline.record(session, actor, made, "attached")
    return Attached(made, "added")


def keep(session: Session, actor: Actor, taken: Taken) -> Attachment:
    """Keep a file for an item that is still being written; until `claim` its owner alone reads it.

    Raises:
        ForbiddenError: the actor is a reader only.
    """
    access.require(policy.may_upload(actor))
    return _make(session, actor, taken, None)


def claim(session: Session, actor: Actor, holder: Item, ids: Collection[int]) -> None:
    """Let the actor's own files that nothing holds yet belong to a new item; others are passed over."""
    own = access.items(actor, Attachment).where(
        Attachment.id.in_(list(ids)[:MOST]), Item.author_id == actor.user_id, Item.holder_id.is_(None)
    )
    for attachment in session.scalars(own.order_by(Item.id)):
        attachment.holder_id, attachment.space_id = holder.id, holder.space_id
        attachment.state, attachment.published_at = PUBLISHED, actor.now
        timeline.record(session, actor, attachment, "attached")
    session.flush()


def replace(session: Session, actor: Actor, attachment: Attachment, taken: Taken, note: str = "") -> Attached:
    """Let a file be the next version of an attachment, unless it is the present one byte for byte.

    Raises:
        ForbiddenError: the actor may not edit what holds it.
        InvalidError: it has as many versions as one may have.
    """
    access.lock(session, attachment)
    access.require(policy.may_change(actor, attachment, holder_of(session, actor, attachment)))
    present = version(session, attachment.id, attachment.version)
    if present.digest == taken.kept.digest and present.name == taken.kept.name:
        return Attached(attachment, "same")
    _add_version(session, actor, attachment, _content(taken), note)
    timeline.record(session, actor, attachment, "replaced", version=attachment.version)
    return Attached(attachment, "replaced")


def go_back(session: Session, actor: Actor, attachment: Attachment, number: int) -> None:
    """Make an older version the present one again, as its next version; nothing of what came between is lost.

    Raises:
        ForbiddenError: the actor may not edit what holds it.
        NotFoundError: there is no such version.
    """
    access.lock(session, attachment)
    access.require(policy.may_change(actor, attachment, holder_of(session, actor, attachment)))
    older = version(session, attachment.id, number)
    if number == attachment.version:
        return
    _add_version(session, actor, attachment, {name: getattr(older, name) for name in CONTENT})
    timeline.record(session, actor, attachment, "replaced", version=attachment.version)


def remove(session: Session, actor: Actor, attachment: Attachment) -> None:
    """Take an attachment away; `restore` brings it back.

    Raises:
        ForbiddenError: the actor may not edit what holds it.
    """
    access.lock(session, attachment)
    access.require(policy.may_change(actor, attachment, holder_of(session, actor, attachment)))
    attachment.state = DELETED
    attachment.updated_at = actor.now
    timeline.record(session, actor, attachment, "detached")


def restore(session: Session, actor: Actor, attachment: Attachment) -> None:
    """Undo `remove`.

    Raises:
        ForbiddenError: the actor may not edit what holds it.
    """
    access.lock(session, attachment)
    access.require(policy.may_change(actor, attachment, holder_of(session, actor, attachment)))
    attachment.state = PUBLISHED if attachment.holder_id else DRAFT
    attachment.updated_at = actor.now
    timeline.record(session, actor, attachment, "reattached")
    session.flush()


def holder_of(session: Session, actor: Actor, attachment: Attachment) -> Item | None:
    """What holds an attachment; None as long as nothing does.

    Raises:
        NotFoundError: the actor may not read the holder.
    """
    return access.find(session, actor, Item, attachment.holder_id) if attachment.holder_id else None


def _make(session: Session, actor: Actor, taken: Taken, holder: Item | None) -> Attachment:
    made = Attachment(
        title=taken.kept.name,
        state=PUBLISHED if holder else DRAFT,
        author_id=actor.user_id,
        department_id=actor.department_id,
        space_id=holder.space_id if holder else None,
        holder_id=holder.id if holder else None,
        published_at=actor.now if holder else None,
        created_at=actor.now,
        updated_at=actor.now,
        version=1,
    )
    session.add(made)
    session.flush()
    _add_file(session, actor, made, _content(taken))
    return made


def _content(taken: Taken) -> dict[str, Any]:
    kept = taken.kept
    return dict(zip(CONTENT, (kept.key, kept.name, taken.form.value, kept.size, kept.digest), strict=True))


def _add_version(
    session: Session, actor: Actor, attachment: Attachment, content: Mapping[str, Any], note: str = ""
) -> None:
    if attachment.version >= MOST_VERSIONS:
        raise InvalidError(_l("A file has at most %(n)s versions.", n=MOST_VERSIONS))
    attachment.version += 1
    attachment.title, attachment.updated_at = content["name"], actor.now
    # What the file said before must not be found in what it is now.
    attachment.body = attachment.summary = ""
    _add_file(session, actor, attachment, content, note)


def _add_file(
    session: Session, actor: Actor, attachment: Attachment, content: Mapping[str, Any], note: str = ""
) -> None:
    file = AttachmentFile(
        **content,
        attachment_id=attachment.id,
        number=attachment.version,
        user_id=actor.user_id,
        at=actor.now,
        note=line(note)[:NOTE_LENGTH],
        state=WAITING if content["form"] in READABLE_FORMATS else UNREAD,
    )
    session.add(file)
    if file.state == WAITING:
        work = {"attachment_id": file.attachment_id, "number": file.number}
        file.job_id = jobs.submit(session, actor, JOB, **work).id
    session.flush()
