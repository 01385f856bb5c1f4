"""Verbs of shelves: star an item, put it on the reading list, tick it off, move it. Each may be sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from portal.content.shelves.models import Favourite, ToRead
from portal.kernel.db import upsert
from portal.platform import access

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item

UP, DOWN, TOP = "up", "down", "top"
Model = type[Favourite] | type[ToRead]


def star(session: Session, actor: Actor, item: Item, *, on: bool) -> None:
    """Make an item a favourite, or no longer."""
    access.require(actor.user_id > 0)
    if on:
        _add(session, Favourite, {"user_id": actor.user_id, "item_id": item.id, "at": actor.now})
    else:
        _take(session, actor, Favourite, item)


def put_off(session: Session, actor: Actor, item: Item, *, on: bool) -> None:
    """Put an item at the end of the reading list, or take it off. What was done before is to be read again."""
    access.require(actor.user_id > 0)
    _take(session, actor, ToRead, item)
    if on:
        last = select(func.max(ToRead.place)).where(ToRead.user_id == actor.user_id)
        place = (session.scalar(last) or 0) + 1
        row = {"user_id": actor.user_id, "item_id": item.id, "place": place, "at": actor.now}
        _add(session, ToRead, row)


def tick(session: Session, actor: Actor, item: Item, *, done: bool) -> None:
    """Mark an entry of the reading list as read, or as still to be read."""
    access.require(actor.user_id > 0)
    mine = update(ToRead).where(ToRead.user_id == actor.user_id, ToRead.item_id == item.id)
    session.execute(mine.values(done_at=actor.now if done else None))


def put_in_order(session: Session, actor: Actor, order: Sequence[int]) -> None:
    """Give the entries of the reading list the places in which they are named; others keep theirs."""
    access.require(actor.user_id > 0)
    mine = select(ToRead).where(ToRead.user_id == actor.user_id, ToRead.item_id.in_(order))
    rows = {row.item_id: row for row in session.scalars(mine.with_for_update())}
    places = sorted(row.place for row in rows.values())
    known = [item_id for item_id in order if item_id in rows]
    for item_id, place in zip(known, places, strict=True):
        rows[item_id].place = place


def moved(order: Sequence[int], item_id: int, to: str) -> list[int]:
    """An order of items with one of them moved `up`, `down` or to the `top`."""
    rest = [other for other in order if other != item_id]
    before = list(order).index(item_id) if item_id in order else 0
    place = {UP: max(before - 1, 0), DOWN: min(before + 1, len(rest)), TOP: 0}.get(to, before)
    return [*rest[:place], item_id, *rest[place:]]


def hand_over(session: Session, source_id: int, target_id: int) -> dict[str, list[int]]:
    """Let those who keep one item keep another in its stead.

    Returns:
        By shelf, the people whose row went over; who kept both keeps one, the other row stays behind.
    """
    went: dict[str, list[int]] = {}
    for model in (Favourite, ToRead):
        have = select(model.user_id).where(model.item_id == target_id)
        moving = update(model).where(model.item_id == source_id, model.user_id.not_in(have))
        rows = session.scalars(moving.values(item_id=target_id).returning(model.user_id))
        went[model.__tablename__] = sorted(rows)
    return went


def give_back(session: Session, source_id: int, target_id: int, went: Mapping[str, Sequence[int]]) -> None:
    """Undo `hand_over` for the people it names."""
    for model in (Favourite, ToRead):
        have = select(model.user_id).where(model.item_id == source_id)
        named = model.user_id.in_(went.get(model.__tablename__, ())), model.user_id.not_in(have)
        session.execute(update(model).where(model.item_id == target_id, *named).values(item_id=source_id))


def _add(session: Session, model: Model, row: dict[str, Any]) -> None:
    session.execute(upsert(session, model).values(row).on_conflict_do_nothing())


def _take(session: Session, actor: Actor, model: Model, item: Item) -> None:
    mine = model.user_id == actor.user_id, model.item_id == item.id
    session.execute(delete(model).where(*mine))
