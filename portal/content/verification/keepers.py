"""Who is responsible for an item: computed each time, never copied (ADR 0012).

The keeper, as long as they are active and may read the item; otherwise the editors of its space; where there are none, its
author. So what somebody kept passes to the space in the moment in which they leave or may no longer read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, and_, bindparam, cast, exists, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased

from portal.content.reach import people_who_read
from portal.content.spaces.models import SpaceEditor, SpaceReader
from portal.content.verification.models import Verification
from portal.kernel.actor import EVERYONE
from portal.people.models import Department, Post, User
from portal.platform.items import Audience, Item

if TYPE_CHECKING:
    from sqlalchemy import CTE, BindParameter, ColumnElement
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


def _plain_tokens(people: Any) -> CTE:  # noqa: ANN401 - a SELECT of keys
    """The tokens of those people who are still here, those of spaces left out."""
    home, above = aliased(Department), aliased(Department)
    here = (
        select(User.id, home.path, Post.code)
        .join(home, home.id == User.department_id)
        .outerjoin(Post, Post.id == User.post_id)
        .where(User.is_active, User.id.in_(people))
        .cte("active_people")
    )
    under = here.c.path.like(above.path + "%")
    department = literal("dept:") + cast(above.id, String)
    post = literal("post:") + here.c.code
    return union_all(
        select(here.c.id, literal(EVERYONE).label("token")),
        select(here.c.id, literal("user:") + cast(here.c.id, String)),
        select(here.c.id, department).join(above, under),
        select(here.c.id, post).where(here.c.code.is_not(None)),
        select(here.c.id, department + "+" + post).join(above, under).where(here.c.code.is_not(None)),
    ).cte("keeper_plain_tokens")


def _tokens(people: Any) -> CTE:  # noqa: ANN401 - a SELECT of keys
    """All tokens of people, as `content/actors.py` gives them to somebody who signs in."""
    plain = _plain_tokens(people)
    edits = (
        select(SpaceEditor.user_id, SpaceEditor.space_id)
        .join(plain, plain.c.id == SpaceEditor.user_id)
        .distinct()
        .cte("keeper_edits")
    )
    reads = select(plain.c.id, literal("space:") + cast(SpaceReader.space_id, String))
    return union_all(
        select(plain.c.id, plain.c.token),
        reads.join(SpaceReader, SpaceReader.token == plain.c.token),
        select(edits.c.user_id, literal("space:") + cast(edits.c.space_id, String)),
        select(edits.c.user_id, literal("editors:") + cast(edits.c.space_id, String)),
    ).cte("keeper_tokens")


_Row, _Held = aliased(Verification), aliased(Item)
_all = _tokens(union(select(Verification.keeper_id), select(SpaceEditor.user_id)))
_kept = (
    select(_Row.item_id)
    .join(Audience, Audience.item_id == _Row.item_id)
    .join(_all, (_all.c.token == Audience.token) & (_all.c.id == _Row.keeper_id))
)
_edited = (
    select(_Row.item_id)
    .join(_Held, _Held.id == _Row.item_id)
    .join(SpaceEditor, SpaceEditor.space_id == _Held.space_id)
    .join(Audience, Audience.item_id == _Row.item_id)
    .join(_all, (_all.c.token == Audience.token) & (_all.c.id == SpaceEditor.user_id))
)
# Of many rows at once: whether the chosen keeper, and whether an editor of its space, is there and may read it now. The
# database works each set out once.
KEEPS: ColumnElement[bool] = Verification.item_id.in_(_kept)
HAS_EDITOR: ColumnElement[bool] = Verification.item_id.in_(_edited)

# Of the one row with the parameter `item_id`, for which only its own people are looked at.
ITEM_ID: BindParameter[int] = bindparam("item_id", type_=Integer)
_own = _tokens(
    union(
        select(_Row.keeper_id).where(_Row.item_id == ITEM_ID),
        select(SpaceEditor.user_id)
        .join(_Held, _Held.space_id == SpaceEditor.space_id)
        .where(_Held.id == ITEM_ID),
    )
)
_reads = exists().where(Audience.item_id == ITEM_ID, Audience.token == _own.c.token)
ITS_KEEPER_READS = _reads.where(_own.c.id == Verification.keeper_id).correlate(Verification)
ITS_EDITOR_READS = _reads.where(
    _own.c.id == SpaceEditor.user_id, SpaceEditor.space_id == Item.space_id
).correlate(Item)

# Somebody was to keep it and no longer does, or it is the editors' of a space that has none.
WITHOUT_KEEPER = or_(
    and_(Verification.keeper_id.is_not(None), ~KEEPS), and_(Verification.keeper_id.is_(None), ~HAS_EDITOR)
)


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor, who may read it, is responsible for an item."""
    edited = Item.space_id.in_(sorted(actor.edits))
    left_to_author = and_(Item.author_id == actor.user_id, ~HAS_EDITOR)
    return or_(Verification.keeper_id == actor.user_id, and_(~KEEPS, or_(edited, left_to_author)))


def responsible(session: Session, item: Item, keeper_id: int | None) -> set[int]:
    """Keys of the people who are responsible for an item now; empty when nobody is left who reads it."""
    reading = people_who_read(session, item)
    if keeper_id in reading:
        return {keeper_id} if keeper_id else set()
    editors = select(SpaceEditor.user_id).where(SpaceEditor.space_id == item.space_id)
    return set(session.scalars(editors)) & reading or {item.author_id} & reading
