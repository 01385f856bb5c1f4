"""Reads of the API: items of one kind with the names that stand for their author, space and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.content.cards import tags_of
from portal.content.listing import NEWEST, SORTS
from portal.content.spaces.models import Space
from portal.content.tags import tagged
from portal.content.templates import queries as templates
from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.markup import plain_text
from portal.kernel.messages import _l
from portal.kernel.paging import Page, paginate, place_in
from portal.people.models import User
from portal.platform.access import columns, readable
from portal.platform.items import DRAFT, IN_REVIEW, Item
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from portal.content.api.schemas import ListQuery
    from portal.kernel.actor import Actor
    from portal.platform.kinds import Kind


@dataclass(frozen=True, slots=True)
class Row:
    """An item with the names that stand for what it only holds keys of."""

    item: Item
    author: str
    space: str
    tags: list[str]
    filled: Mapping[str, Any] = field(default_factory=dict)


def listed(session: Session, actor: Actor, kind: Kind, wanted: ListQuery) -> Page[Row]:
    """A page of the items of a kind that the actor may read, in two queries.

    Raises:
        InvalidError: the cursor belongs to a list in another order.
    """
    keys = _keys(wanted)
    if wanted.cursor and place_in(keys, wanted.cursor) is None:
        message = _l("This cursor belongs to another list.")
        raise InvalidError(message, {"cursor": [str(message)]})
    statement = _rows(actor, kind, *keys).where(*_conditions(wanted))
    found = paginate(session, statement, keys, wanted.cursor, wanted.limit)
    rows = _with_tags(session, [row[:3] for row in found.rows])
    return Page(_with_fields(session, actor, kind, rows), found.next, found.previous)


def one(session: Session, actor: Actor, kind: Kind, item_id: int) -> Row:
    """One item with its body.

    Raises:
        NotFoundError: it does not exist, is of another kind, or the actor may not read it.
    """
    statement = _rows(actor, kind).where(Item.id == item_id).options(undefer(kind.model.body))
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError
    return _with_fields(session, actor, kind, _with_tags(session, [found]))[0]


def texts(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """Plain texts of found items, for their snippets."""
    wanted = columns(actor, Item.id, Item.kind, Item.body).where(Item.id.in_(ids))
    found = session.execute(wanted) if ids else ()
    return {
        item_id: body if KINDS[kind].search.is_plain else plain_text(body) for item_id, kind, body in found
    }


def _rows(actor: Actor, kind: Kind, *trailing: Any) -> Select[Any]:  # noqa: ANN401 - any column expression
    return (
        select(kind.model, User.username, Space.key, *trailing)
        .join(User, User.id == Item.author_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .where(readable(actor))
    )


def _with_tags(session: Session, rows: Sequence[Any]) -> list[Row]:
    tags = tags_of(session, [item.id for item, _author, _space in rows])
    return [Row(item, author, space or "", tags.get(item.id, [])) for item, author, space in rows]


def _with_fields(session: Session, actor: Actor, kind: Kind, rows: list[Row]) -> list[Row]:
    """The rows of a kind that may be made by templates with what was filled in, read in one query."""
    if "template" not in kind.api.model_fields:
        return rows
    filled = templates.filled(session, actor, [row.item.id for row in rows])
    return [replace(row, filled=filled.get(row.item.id, templates.NOTHING_FILLED)) for row in rows]


def _keys(wanted: ListQuery) -> Sequence[InstrumentedAttribute[Any]]:
    """What to sort by. Drafts have no date of publication, and an unknown cannot be a place in a list."""
    sort = "updated" if wanted.sort == NEWEST and wanted.state in {DRAFT, IN_REVIEW} else wanted.sort
    return SORTS[sort][1]


def _conditions(wanted: ListQuery) -> list[Any]:
    given = {Space.key: wanted.space, User.username: wanted.author}
    conditions: list[Any] = [column == value for column, value in given.items() if value is not None]
    if wanted.tag is not None:
        conditions.append(tagged(wanted.tag))
    return [Item.state == wanted.state, *conditions]
