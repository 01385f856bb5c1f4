"""Saving what an item says: version, revision, rendering, tags and links change together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from portal.content.drafts import services as drafts
from portal.content.images import services as images
from portal.content.manuscripts import fold_tag
from portal.content.mentions.services import keep as keep_mentions
from portal.content.must_reads import services as must_reads
from portal.content.records import ItemTag, Link, Rendering, Revision, Tag
from portal.content.retired import services as retired
from portal.content.templates import fillings
from portal.content.verification.changes import note_change
from portal.kernel.collation import pinyin_key
from portal.kernel.errors import ConflictError
from portal.kernel.markup import RENDERER_VERSION
from portal.kernel.messages import _l
from portal.kernel.paging import MAX_FIGURE
from portal.platform.access import lock, requeue
from portal.platform.items import TITLE_LENGTH, Item
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.kernel.actor import Actor

CHANGED_MEANWHILE = _l(
    "Somebody else saved this while you were writing. Both texts are below; nothing is lost."
)


def sent_before(session: Session, actor: Actor, submission: str | None) -> int | None:
    """The item that this form of the actor has already made, when it is sent a second time."""
    if not submission:
        return None
    return session.scalar(
        select(Item.id).where(Item.submission == submission, Item.author_id == actor.user_id)
    )


def write_new(session: Session, actor: Actor, item: Item, manuscript: Manuscript) -> None:
    """Put a new item into the database with its first version."""
    item.created_at = item.updated_at = actor.now
    item.version = 1
    item.submission = manuscript.submission or None
    _fill(item, manuscript)
    session.add(item)
    _keep(session, actor, item, manuscript)


def rewrite(session: Session, actor: Actor, item: Item, manuscript: Manuscript, expected: int) -> None:
    """Save a new version.

    Args:
        session: open session.
        actor: who saves.
        item: the item as read in this transaction.
        manuscript: what it is to say.
        expected: the version that the person had before their eyes.

    Raises:
        ConflictError: the item has moved on since.
    """
    # PostgreSQL lets two writers reach this line at once.
    lock(session, item)
    if item.version != expected:
        raise ConflictError(CHANGED_MEANWHILE, item)
    item.version += 1
    item.updated_at = actor.now
    _fill(item, manuscript)
    _keep(session, actor, item, manuscript)
    if manuscript.is_material:
        must_reads.ask_again(session, actor, item)


def move(session: Session, item: Item, space_id: int) -> None:
    """Put an item and what stands under it into another space."""
    item.space_id = space_id
    session.flush()
    moved = update(Item).where(Item.holder_id == item.id).values(space_id=space_id).returning(Item.id)
    requeue(session, session.scalars(moved).all())


def _fill(item: Item, manuscript: Manuscript) -> None:
    item.title, item.body, item.summary = manuscript.title, manuscript.body, manuscript.summary


def _keep(session: Session, actor: Actor, item: Item, manuscript: Manuscript) -> None:
    session.flush()
    session.add(
        Revision(
            item_id=item.id,
            version=item.version,
            title=item.title,
            body=item.body,
            tags=list(manuscript.tags),
            author_id=actor.user_id,
            at=actor.now,
            note=manuscript.note,
            data=fillings.keep(session, item.id, manuscript.data),
            is_material=manuscript.is_material,
            audience=sorted(KINDS[item.kind].policy.audience(item)),
        )
    )
    _store_rendering(session, item, manuscript)
    _store_tags(session, item, manuscript.tags)
    _store_links(session, item, manuscript)
    keep_mentions(session, actor, item, manuscript.rendered.mentions)
    images.claim(session, actor, item.id, item.body)
    drafts.forget_saved(session, actor, item.id, manuscript.submission)
    note_change(session, actor, item)
    retired.check_saved(session, actor, item, manuscript.data)
    session.flush()


def _store_rendering(session: Session, item: Item, manuscript: Manuscript) -> None:
    rendered = manuscript.rendered
    session.merge(
        Rendering(
            item_id=item.id,
            version=item.version,
            renderer=RENDERER_VERSION,
            html=str(rendered.html),
            has_mermaid=rendered.has_mermaid,
            headings=[list(heading) for heading in rendered.headings],
            notice=rendered.notice,
        )
    )


def _store_tags(session: Session, item: Item, names: Sequence[str]) -> None:
    wanted = {_tag(session, name) for name in names}
    stored = set(session.scalars(select(ItemTag.tag_id).where(ItemTag.item_id == item.id)))
    if stored - wanted:
        gone = delete(ItemTag).where(ItemTag.item_id == item.id, ItemTag.tag_id.in_(stored - wanted))
        session.execute(gone)
    if wanted - stored:
        rows = [{"item_id": item.id, "tag_id": tag_id} for tag_id in sorted(wanted - stored)]
        session.execute(insert(ItemTag), rows)


def _tag(session: Session, name: str) -> int:
    folded = fold_tag(name)
    known = session.scalar(select(Tag.id).where(Tag.folded == folded))
    if known is not None:
        return known
    tag = Tag(name=name, folded=folded, sort_key=pinyin_key(name))
    session.add(tag)
    session.flush()
    return tag.id


def _store_links(session: Session, item: Item, manuscript: Manuscript) -> None:
    session.execute(delete(Link).where(Link.source_id == item.id))
    titles = dict.fromkeys(title[:TITLE_LENGTH] for title in manuscript.rendered.links)
    session.add_all(Link(source_id=item.id, target_title=title) for title in titles)
    numbers = [number for number in manuscript.rendered.item_ids if number <= MAX_FIGURE]
    session.add_all(Link(source_id=item.id, target_id=number) for number in numbers)
