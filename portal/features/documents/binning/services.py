"""Purging: rows go in one transaction, the files they name are swept from the disk afterwards."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from portal.content import actors, files
from portal.content.attachments.models import AttachmentFile
from portal.content.images.models import StoredImage
from portal.content.replies.models import Reply
from portal.content.watching.models import ITEM, Follow
from portal.features.documents.binning import queries
from portal.kernel.db import reading
from portal.platform import access, audit
from portal.platform.items import DELETED, Item
from portal.platform.search import queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.kernel.actor import Actor

AT_ONCE = 50


def may_purge(actor: Actor, item: Item) -> bool:
    """Whoever may bring it back, as long as it lies in the bin."""
    keeps = item.author_id == actor.user_id or item.space_id in actor.edits
    return item.state == DELETED and actor.is_member and keeps


def purge(session: Session, actor: Actor, item: Item) -> None:
    """Remove for good what lies in the bin, with everything that hangs on it. The record keeps that it was, not what.

    Raises:
        ForbiddenError: the actor may not, or it is not in the bin.
    """
    access.lock(session, item)
    access.require(may_purge(actor, item))
    _remove(session, actor, item.id, item.kind)
    session.expunge(item)


def purge_due(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Remove what has lain in the bin for long enough, each in a transaction of its own."""
    before = now - dt.timedelta(days=settings.bin_days)
    actor = actors.system(now, settings.zone)
    with reading(), sessions() as session:
        waiting = queries.due(session, before, AT_ONCE)
    for item_id in waiting:
        with sessions.begin() as session:
            session.info.setdefault("audit_key", settings.key("audit"))
            _purge_old(session, actor, item_id, before)


def _purge_old(session: Session, actor: Actor, item_id: int, before: dt.datetime) -> None:
    """Another worker may have been here, or somebody may have brought it back."""
    access.take_turn(session)
    old = select(Item.kind).where(Item.id == item_id, Item.state == DELETED, Item.updated_at <= before)
    kind = session.scalar(old.with_for_update())
    if kind:
        _remove(session, actor, item_id, kind)


def _remove(session: Session, actor: Actor, item_id: int, kind: str) -> None:
    held = session.scalars(select(Item.id).where(Item.holder_id == item_id)).all()
    ids = [*held, item_id]
    audit.note(session, actor, "item.purged", f"item:{item_id}", kind=kind, replies=len(held))
    files.discard(session, [*_take_images(session, ids), *_attached(session, ids)])
    session.execute(delete(Follow).where(Follow.sort == ITEM, Follow.target.in_([str(key) for key in ids])))
    session.flush()
    queue.put_gone(session.connection(), ids)
    session.execute(update(Reply).where(Reply.parent_id.in_(ids)).values(parent_id=None))
    session.execute(update(Item).where(Item.accepted_id.in_(ids)).values(accepted_id=None))
    items = Item.__table__
    session.connection().execute(delete(items).where(items.c.holder_id == item_id))  # type: ignore[arg-type]
    session.connection().execute(delete(items).where(items.c.id == item_id))  # type: ignore[arg-type]


def _take_images(session: Session, ids: Sequence[int]) -> list[str]:
    """Remove the rows of the pictures of items; the paths of their files."""
    gone = delete(StoredImage).where(StoredImage.item_id.in_(ids)).returning(StoredImage.key)
    return [f"images/{key[:2]}/{key}" for key in session.scalars(gone)]


def _attached(session: Session, ids: Sequence[int]) -> list[str]:
    """The paths of the files of attachments; their rows go with the items."""
    keys = select(AttachmentFile.key).where(AttachmentFile.attachment_id.in_(ids)).distinct()
    return [f"attachments/{key}" for key in session.scalars(keys)]
