"""Reads of must-reads: what one person has to sign, and who else has signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import selectinload

from portal.content import cards
from portal.content.cards import Card
from portal.content.must_reads.models import MustRead, MustReadToken, Signature
from portal.content.notices.models import Notice
from portal.kernel.errors import NotFoundError
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import columns, find, items
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST_OPEN = 200
PER_PAGE = 20
KEYS = (MustRead.created_at, MustRead.id)


@dataclass(frozen=True, slots=True)
class Banner:
    """The must-read of an item as the page of the item shows it to one person; `signed_version` is 0 without a signature."""

    must_read: MustRead
    demander: str
    is_asked: bool
    signed_version: int
    signed_at: dt.datetime | None
    leads: bool

    @property
    def is_signed(self) -> bool:
        """Whether the person has signed what has to be signed."""
        return self.signed_version >= self.must_read.required_version


@dataclass(frozen=True, slots=True)
class Task:
    """A must-read in somebody's list."""

    must_read: MustRead
    card: Card
    demander: str
    signed_version: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much somebody has to sign by now, and how much of it is overdue."""

    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest signature of somebody."""

    version: int
    at: dt.datetime


_USER = bindparam("user_id", type_=Integer)
_own = and_(Signature.must_read_id == MustRead.id, Signature.user_id == _USER)
_meant = (
    exists()
    .where(
        MustReadToken.must_read_id == MustRead.id,
        MustReadToken.token.in_(bindparam("own_tokens", type_=String, expanding=True)),
    )
    .correlate(MustRead)
)
SIGNED = func.coalesce(select(func.max(Signature.version)).where(_own).scalar_subquery(), 0)
SIGNED_AT = select(func.max(Signature.at)).where(_own).scalar_subquery()
LEADS = exists().where(User.manager_id == _USER, User.is_active)
IN_FORCE = MustRead.closed_at.is_(None) & (Item.state == PUBLISHED)
MINE = _meant & (Item.author_id != _USER)
UNSIGNED = MustRead.required_version > SIGNED

_Demander = select(User.name).where(User.id == MustRead.created_by).correlate(MustRead).scalar_subquery()
BANNER = select(MustRead, _Demander, _meant, SIGNED, SIGNED_AT, LEADS).where(
    MustRead.item_id == bindparam("item_id"), MustRead.closed_at.is_(None)
)


def _known(actor: Actor) -> dict[str, Any]:
    return {"user_id": actor.user_id, "own_tokens": sorted(actor.tokens)}


def banner(session: Session, actor: Actor, item: Item) -> Banner | None:
    """The open must-read of an item that was found under the access rule, in one statement."""
    if item.state != PUBLISHED:
        return None
    row = session.execute(BANNER, {"item_id": item.id, **_known(actor)}).first()
    if row is None:
        return None
    must_read, demander, is_meant, version, at, leads = row
    return Banner(must_read, demander, is_meant and item.author_id != actor.user_id, version, at, leads)


def find_one(session: Session, actor: Actor, must_read_id: int) -> tuple[MustRead, Item]:
    """A must-read with its item.

    Raises:
        NotFoundError: there is none, or the actor may not read its item.
    """
    known = select(MustRead).where(MustRead.id == must_read_id).options(selectinload(MustRead.audience))
    must_read = session.scalar(known)
    if must_read is None:
        raise NotFoundError
    return must_read, find(session, actor, Item, must_read.item_id)


def standing(session: Session, actor: Actor, must_read: MustRead, item: Item) -> Banner:
    """The same must-read, open or closed, as one person sees it."""
    own = select(_Demander, _meant, SIGNED, SIGNED_AT, LEADS).where(MustRead.id == must_read.id)
    demander, is_meant, version, at, leads = session.execute(own, _known(actor)).one()
    is_asked = is_meant and item.state == PUBLISHED and item.author_id != actor.user_id
    return Banner(must_read, demander, is_asked, version, at, leads)


def waiting(session: Session, actor: Actor) -> Waiting:
    """How much the actor has to sign, and what of it is overdue on their day, in one statement."""
    overdue = func.count().filter(MustRead.due < actor.today)
    counting = columns(actor, func.count(), overdue).join(MustRead, MustRead.item_id == Item.id)
    return Waiting(*session.execute(counting.where(IN_FORCE, MINE, UNSIGNED), _known(actor)).one())


def to_sign(session: Session, actor: Actor, limit: int = MOST_OPEN) -> list[Task]:
    """What the actor has to sign, what is due first on top."""
    open_ones = _tasks(actor).where(IN_FORCE, MINE, UNSIGNED).order_by(MustRead.due, MustRead.id)
    return _with_cards(session, actor, session.execute(open_ones.limit(limit), _known(actor)).all())


def signed_by(session: Session, actor: Actor, cursor: str | None) -> Page[Task]:
    """What the actor has signed in its required version, the newest first."""
    found = _tasks(actor).where(MINE, ~UNSIGNED).params(**_known(actor))
    return _page(session, actor, found, cursor)


def followed_by(session: Session, actor: Actor, line_tokens: Iterable[str], cursor: str | None) -> Page[Task]:
    """What the actor may follow: what they asked for, in the spaces they edit, and what is meant for their reports.

    Args:
        session: open session.
        actor: who looks.
        line_tokens: all tokens that somebody of the actor's reporting line bears.
        cursor: from the neighbouring page, or None.
    """
    own = or_(MustRead.created_by == actor.user_id, Item.space_id.in_(sorted(actor.edits)))
    meant = exists().where(
        MustReadToken.must_read_id == MustRead.id, MustReadToken.token.in_(sorted(line_tokens))
    )
    found = _tasks(actor).where(Item.state == PUBLISHED, own | meant)
    return _page(session, actor, found.params(**_known(actor)), cursor)


def _tasks(actor: Actor) -> Any:  # noqa: ANN401 - a Select of several columns
    return columns(actor, Item.id, MustRead, _Demander, SIGNED).join(MustRead, MustRead.item_id == Item.id)


def _page(session: Session, actor: Actor, found: Any, cursor: str | None) -> Page[Task]:  # noqa: ANN401
    page = paginate(session, found.add_columns(*KEYS), KEYS, cursor, PER_PAGE)
    return Page(_with_cards(session, actor, page.rows), page.next, page.previous)


def _with_cards(session: Session, actor: Actor, rows: Sequence[Any]) -> list[Task]:
    shown = {card.id: card for card in cards.by_ids(session, actor, [row[0] for row in rows])}
    return [Task(row[1], shown[row[0]], row[2], row[3]) for row in rows if row[0] in shown]


def signatures(session: Session, must_read_ids: Iterable[int]) -> dict[int, dict[int, Signed]]:
    """The newest signature of each person, by must-read and person, in one statement."""
    found: dict[int, dict[int, Signed]] = {must_read_id: {} for must_read_id in must_read_ids}
    rows = select(Signature).where(Signature.must_read_id.in_(found)).order_by(Signature.version)
    for row in session.scalars(rows):
        found[row.must_read_id][row.user_id] = Signed(row.version, row.at)
    return found


def items_of(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, Item]:
    """The items that the actor may read, by key."""
    return {item.id: item for item in session.scalars(items(actor, Item).where(Item.id.in_(ids)))}


def with_audience(session: Session, must_read_ids: Iterable[int]) -> None:
    """Fetch whom must-reads are meant for, in one statement."""
    wanted = select(MustRead).where(MustRead.id.in_(must_read_ids)).options(selectinload(MustRead.audience))
    session.scalars(wanted).all()


def open_of(session: Session, item_id: int) -> MustRead | None:
    """The open must-read of an item."""
    return session.scalar(select(MustRead).where(MustRead.item_id == item_id, MustRead.closed_at.is_(None)))


def in_force(session: Session, where: ColumnElement[bool]) -> list[MustRead]:
    """Open must-reads for the routine, which tells of each only those who may read its item."""
    wanted = select(MustRead).where(MustRead.closed_at.is_(None), where)
    return list(session.scalars(wanted.options(selectinload(MustRead.audience))))


def told(session: Session, item_ids: Iterable[int], keys: Iterable[str]) -> dict[str, set[int]]:
    """Who has been told of which key already."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    rows = select(Notice.key, Notice.user_id).where(Notice.item_id.in_(item_ids), Notice.key.in_(found))
    for key, user_id in session.execute(rows):
        found[key].add(user_id)
    return found


def has_asked(session: Session, actor: Actor, item_id: int) -> bool:
    """Whether the actor has ever asked people to read an item."""
    own = select(MustRead.id).where(MustRead.item_id == item_id, MustRead.created_by == actor.user_id)
    return session.scalar(own.limit(1)) is not None
