"""What the index is told of an item: a function of its rows, read in a batch."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic, undefer

from portal.content.cards import tags_of
from portal.content.spaces.models import Space
from portal.content.templates import queries as templates
from portal.kernel.markup import plain_text
from portal.people.models import REGION, Department, User
from portal.platform.access import unscoped
from portal.platform.items import DELETED, Audience, Item
from portal.platform.kinds import KINDS
from portal.platform.search.engine import Change, Delete, Entry, Put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

BATCH = 200


def load(session: Session, ids: Sequence[int]) -> list[Change]:
    """The state of items as changes for an engine; what is gone or in the bin becomes a deletion."""
    entries = {entry.item_id: entry for entry in _entries(session, ids)}
    return [Put(entries[item_id]) if item_id in entries else Delete(item_id) for item_id in ids]


def everything(session: Session) -> Iterator[Entry]:
    """Every item that belongs into an index, for building one from nothing."""
    last = 0
    following = select(Item.id).order_by(Item.id).limit(BATCH)
    while ids := session.scalars(following.where(Item.id > last)).all():
        yield from _entries(session, ids)
        last = ids[-1]
        session.expunge_all()


def count(session: Session) -> int:
    """How many entries `everything` will yield, for a progress bar."""
    return len(session.scalars(select(Item.id).where(Item.state != DELETED)).all())


def _entries(session: Session, ids: Sequence[int]) -> Iterator[Entry]:
    models = [kind.model for kind in KINDS.values()]
    found = unscoped(Item).where(Item.id.in_(ids), Item.state != DELETED)
    items = session.scalars(found.options(undefer(Item.body), selectin_polymorphic(Item, models))).all()
    tags = tags_of(session, ids)
    tokens = _tokens(session, items)
    authors = _names(session, items)
    spaces = {row.id: row.key for row in session.execute(select(Space.id, Space.key))}
    regions = _regions(session)
    filled = templates.words(session, ids)
    for item in items:
        search = KINDS[item.kind].search
        username, name = authors[item.author_id]
        yield Entry(
            item_id=item.id,
            kind=item.kind,
            state=item.state,
            title=item.title,
            body="\n".join(
                filter(None, (item.body if search.is_plain else plain_text(item.body), filled.get(item.id)))
            ),
            tags=tuple(tags.get(item.id, ())),
            author=username,
            author_name=name,
            space=spaces.get(item.space_id or 0, ""),
            region=regions.get(item.department_id or 0, ""),
            tokens=tuple(sorted(tokens[item.holder_id or item.id])),
            date=item.published_at or item.updated_at,
            names=search.names(item),
            flags=search.flags(item),
            source=search.source(item),
            version=item.version,
        )


def _tokens(session: Session, items: Sequence[Item]) -> dict[int, list[str]]:
    holders = {item.holder_id or item.id for item in items}
    found: dict[int, list[str]] = defaultdict(list)
    for item_id, token in session.execute(
        select(Audience.item_id, Audience.token).where(Audience.item_id.in_(holders))
    ):
        found[item_id].append(token)
    return found


def _names(session: Session, items: Sequence[Item]) -> dict[int, tuple[str, str]]:
    wanted = {item.author_id for item in items}
    rows = session.execute(select(User.id, User.username, User.name).where(User.id.in_(wanted)))
    return {row.id: (row.username, row.name) for row in rows}


def _regions(session: Session) -> dict[int, str]:
    """Each department's region by code: the nearest one above it, itself included; none at headquarters."""
    departments = session.scalars(select(Department)).all()
    codes = {department.id: department.code for department in departments if department.kind == REGION}
    above = {
        department.id: [codes[key] for key in department.lineage if key in codes]
        for department in departments
    }
    return {department_id: found[-1] for department_id, found in above.items() if found}
