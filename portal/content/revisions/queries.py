"""Reads of the history of an item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, select

from portal.content.records import Revision
from portal.content.revisions import policy
from portal.content.revisions.differences import Size, size
from portal.kernel.errors import NotFoundError
from portal.people.models import User
from portal.platform import access
from portal.platform.items import Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

ON_PAGE = 20


@dataclass(frozen=True, slots=True)
class Version:
    """A line of the history. `size` is what changed since the version below that the reader sees."""

    version: int
    at: dt.datetime
    note: str
    is_material: bool
    author_name: str
    author_username: str
    size: Size


@dataclass(frozen=True, slots=True)
class State:
    """What an item said in one version."""

    version: int
    title: str
    body: str
    tags: tuple[str, ...]
    data: Mapping[str, Any]
    at: dt.datetime
    note: str
    author_name: str
    author_username: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of the history, newest first; `older` is the version where the next page begins, if there is one."""

    item: Item
    versions: Sequence[Version]
    older: int | None
    total: int


LINES = (
    select(
        Revision.version, Revision.at, Revision.note, Revision.is_material, User.name, User.username,
        Revision.audience,
    )
    .join(User, User.id == Revision.author_id)
    .order_by(Revision.version.desc())
)  # fmt: skip
STATES = select(
    Revision.version, Revision.title, Revision.body, Revision.tags, Revision.data, Revision.at, Revision.note,
    User.name, User.username, Revision.audience,
).join(User, User.id == Revision.author_id)  # fmt: skip


def history(session: Session, actor: Actor, item_id: int, begin: int | None = None) -> History:
    """The versions of an item that the actor sees, a page of them.

    Args:
        session: open session.
        actor: who looks.
        item_id: of which item.
        begin: the newest version of the page; None for the newest of all.

    Raises:
        NotFoundError: the actor does not read the item.
    """
    item = access.find(session, actor, Item, item_id)
    rows = session.execute(LINES.where(Revision.item_id == item_id)).all()
    seen = [row for row in rows if policy.may_see(actor, item, row[0], row[-1])]
    rest = [row for row in seen if begin is None or row[0] <= begin]
    shown = rest[: ON_PAGE + 1]
    texts = _texts(session, item_id, [row[0] for row in shown])
    sized = [
        Version(*row[:-1], _size(texts, row[0], below[0] if below else None))
        for row, below in zip(shown[:ON_PAGE], [*shown[1:], None], strict=False)
    ]
    older = shown[ON_PAGE][0] if len(shown) > ON_PAGE else None
    return History(item, sized, older, len(seen))


def _texts(session: Session, item_id: int, versions: Sequence[int]) -> dict[int, str]:
    wanted = select(Revision.version, Revision.body).where(
        Revision.item_id == item_id, Revision.version.in_(versions)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def _size(texts: Mapping[int, str], version: int, below: int | None) -> Size:
    return size(texts[below] if below else "", texts[version])


def state(session: Session, actor: Actor, item: Item, version: int) -> State:
    """One version of an item that the actor reads.

    Raises:
        NotFoundError: there is none, or the actor does not see it; nobody can tell which.
    """
    wanted = Revision.version == version if 0 < version <= item.version else false()
    row = session.execute(STATES.where(Revision.item_id == item.id, wanted)).first()
    if row is None or not policy.may_see(actor, item, version, row[-1]):
        raise NotFoundError
    return State(row[0], row[1], row[2], tuple(row[3]), *row[4:-1])


def find_state(session: Session, item_id: int, version: int) -> State | None:
    """A version as the ground of a merge, for somebody who wrote on top of it and therefore knows it."""
    row = session.execute(STATES.where(Revision.item_id == item_id, Revision.version == version)).first()
    return State(row[0], row[1], row[2], tuple(row[3]), *row[4:-1]) if row else None
