"""Cards: what lists show of an item of any kind. One query for a page of rows, one for their tags."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from portal.content.records import ItemTag, Tag
from portal.content.spaces.models import Space
from portal.content.verification.models import Verification
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import as_read_by, readable
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from portal.kernel.actor import Actor

Holder = aliased(Item, name="holder")


@dataclass(frozen=True, slots=True)
class Card:
    """One item in a list. `holder_title` is what a reply stands under; `tags` are in pinyin order."""

    id: int
    kind: str
    state: str
    title: str
    summary: str
    author_name: str
    author_username: str
    space_name: str
    space_name_en: str
    space_key: str
    published_at: dt.datetime | None
    updated_at: dt.datetime
    read_count: int
    reply_count: int
    holder_id: int | None
    holder_title: str
    verified_until: dt.datetime | None
    is_question: bool
    accepted_id: int | None
    verified_at: dt.datetime | None
    due_on: dt.date | None
    is_changed: bool | None
    doubted_at: dt.datetime | None
    tags: tuple[str, ...] = ()


COLUMNS: tuple[Any, ...] = (
    Item.id,
    Item.kind,
    Item.state,
    Item.title,
    Item.summary,
    User.name,
    User.username,
    Space.name,
    Space.name_en,
    Space.key,
    Item.published_at,
    Item.updated_at,
    Item.read_count,
    Item.reply_count,
    Item.holder_id,
    Holder.title,
    Item.verified_until,
    Item.is_question,
    Item.accepted_id,
    Verification.verified_at,
    Verification.due_on,
    Verification.is_changed,
    Verification.doubted_at,
)


# Cards of everything, without the rule; only for building statements that contain READABLE.
ROWS: Select[Any] = (
    select(*COLUMNS)
    .select_from(Item)
    .join(User, User.id == Item.author_id)
    .outerjoin(Space, Space.id == Item.space_id)
    .outerjoin(Holder, Holder.id == Item.holder_id)
    .outerjoin(Verification, Verification.item_id == Item.id)
)


def rows(actor: Actor, *trailing: Any) -> Select[Any]:  # noqa: ANN401 - any column expression
    """A statement for cards of everything that the actor may read; narrow and order it as the list needs.

    Args:
        actor: who looks.
        trailing: columns to put behind those of the card, e.g. the keys of `paginate`.
    """
    return ROWS.add_columns(*trailing).where(readable(actor))


def fetch(session: Session, statement: Select[Any]) -> list[Card]:
    """The cards of a statement made by `rows` without trailing columns."""
    return with_tags(session, [_card(row) for row in session.execute(statement)])


def fetch_bare(session: Session, actor: Actor, statement: Select[Any], known: dict[str, Any]) -> list[Card]:
    """The cards, without their tags, of a statement that was built once from `ROWS` and `READABLE`."""
    return [_card(row) for row in session.execute(statement, {**known, **as_read_by(actor)})]


def page(
    session: Session,
    actor: Actor,
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None,
    conditions: Iterable[Any],
    limit: int = 20,
) -> Page[Card]:
    """One page of cards, sorted descending by `keys`.

    Args:
        session: open session.
        actor: who looks.
        keys: columns of `items` to sort by; the last one is `Item.id`.
        cursor: from the neighbouring page, or None.
        conditions: further SQL conditions.
        limit: cards on a page.
    """
    statement = rows(actor, *keys).where(*conditions)
    found = paginate(session, statement, keys, cursor, limit)
    return Page(of_rows(session, found.rows), found.next, found.previous)


def of_rows(session: Session, rows_: Iterable[Any]) -> list[Card]:
    """The cards, with their tags, of rows that begin with the columns of a card."""
    return with_tags(session, [_card(row[: len(COLUMNS)]) for row in rows_])


def by_ids(session: Session, actor: Actor, ids: Sequence[int]) -> list[Card]:
    """Cards of the given items in the given order, without those that the actor may not read."""
    if not ids:
        return []
    found = {card.id: card for card in fetch(session, rows(actor).where(Item.id.in_(ids)))}
    return [found[item_id] for item_id in ids if item_id in found]


def with_tags(session: Session, cards: Sequence[Card]) -> list[Card]:
    """The cards with their tags, read in one query."""
    tags = tags_of(session, [card.id for card in cards])
    return [replace(card, tags=tuple(tags[card.id])) if card.id in tags else card for card in cards]


def tags_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the tags of each item, in pinyin order."""
    found: dict[int, list[str]] = defaultdict(list)
    if ids:
        statement = select(ItemTag.item_id, Tag.name).join(Tag).where(ItemTag.item_id.in_(ids))
        for item_id, name in session.execute(statement.order_by(Tag.sort_key)):
            found[item_id].append(name)
    return found


def _card(row: Any) -> Card:  # noqa: ANN401 - a row of COLUMNS
    values = list(row)
    for place in (7, 8, 9, 15):
        values[place] = values[place] or ""
    return Card(*values)
