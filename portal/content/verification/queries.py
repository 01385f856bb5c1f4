"""Reads of verification: the piece of one item, the board, its figures, the rules of spaces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, func, literal, select
from sqlalchemy.orm import aliased

from portal.content import cards
from portal.content.cards import Card
from portal.content.records import Reading
from portal.content.spaces.models import Space
from portal.content.verification.keepers import (
    ITEM_ID,
    ITS_EDITOR_READS,
    ITS_KEEPER_READS,
    KEEPS,
    WITHOUT_KEEPER,
    is_mine,
)
from portal.content.verification.models import Verification, VerificationRule
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import columns
from portal.platform.items import PUBLISHED, Item
from portal.platform.timeline import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MINE, SPACES, MOST_READ, EXPIRED, DOUBTED, LEFT = "mine", "spaces", "most_read", "expired", "doubted", "left"
TABS = (MINE, SPACES, MOST_READ, EXPIRED, DOUBTED, LEFT)
READ_DAYS = dt.timedelta(days=90)
ROWS_OF_A_PAGE = 30
WEEKS_SHOWN = 12
VERBS = ("verified", "doubted", "kept", "verification_undone")

Keeper, Verifier, Doubter = (aliased(User, name=name) for name in ("keeper", "verifier", "doubter"))
# What has no day but is doubted stands first.
DUE = func.coalesce(Verification.due_on, literal(dt.date.min, Date)).label("due")

PIECE = (
    select(
        Verification, Keeper.name, Keeper.username, ITS_KEEPER_READS.label("keeps"), ITS_EDITOR_READS.label("edited"),
        Verifier.name, Verifier.username, Doubter.name, Doubter.username,
    )
    .join(Item, Item.id == Verification.item_id)
    .outerjoin(Keeper, Keeper.id == Verification.keeper_id)
    .outerjoin(Verifier, Verifier.id == Verification.verified_by)
    .outerjoin(Doubter, Doubter.id == Verification.doubted_by)
    .where(Verification.item_id == ITEM_ID)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody on a page."""

    name: str
    username: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What the page of an item says of its verification. `keeper` is who was chosen, even if they are gone."""

    row: Verification
    keeper: Named | None
    keeps: bool
    has_editor: bool
    verifier: Named | None
    doubter: Named | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the board."""

    card: Card
    version: int
    turn: int
    keeper: Named | None
    keeps: bool
    doubt: str
    reads: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the board is looked at.

    Args:
        tab: one of `TABS`.
        space_id: key of a space to look at, None for all.
        cursor: from the neighbouring page.
    """

    tab: str
    space_id: int | None = None
    cursor: str | None = None


def piece(session: Session, item: Item) -> Piece | None:
    """The verification of an item that was found under the rule, with names: one query."""
    found = session.execute(PIECE, {"item_id": item.id}).first()
    if found is None:
        return None
    row, keeper, keeper_at, keeps, edited, verifier, verifier_at, doubter, doubter_at = found
    return Piece(
        row,
        _named(keeper, keeper_at),
        keeps,
        edited,
        _named(verifier, verifier_at),
        _named(doubter, doubter_at),
    )


def board(session: Session, actor: Actor, wanted: Wanted) -> Page[BoardRow]:
    """One page of the board: two queries, whatever stands on it."""
    reads = _reads(actor)
    key, ascending = _order(wanted.tab, reads)
    statement = (
        cards.rows(
            actor, Item.version, Verification.turn, Keeper.name, Keeper.username, KEEPS, Verification.doubt,
            func.coalesce(reads.c.reads, 0), key, Item.id,
        )
        .outerjoin(Keeper, Keeper.id == Verification.keeper_id)
        .join(reads, reads.c.item_id == Item.id, isouter=wanted.tab != MOST_READ)
        .where(*_scope(actor, wanted))
    )  # fmt: skip
    found = paginate(session, statement, (key, Item.id), wanted.cursor, ROWS_OF_A_PAGE, ascending=ascending)
    shown = cards.of_rows(session, found.rows)
    rows = [_board_row(card, row[len(cards.COLUMNS) :]) for card, row in zip(shown, found.rows, strict=True)]
    return Page(rows, found.next, found.previous)


def counts(session: Session, actor: Actor, space_id: int | None) -> dict[str, int]:
    """How many stand on each tab that has an end."""
    tabs = (MINE, EXPIRED, DOUBTED, LEFT)
    due = {MINE: is_mine(actor) & (actor.today >= DUE)}
    figures = [
        func.count().filter(*([due[tab]] if tab in due else []), *_conditions(actor, tab)).label(tab)
        for tab in tabs
    ]
    statement = columns(actor, *figures).join(Verification, Verification.item_id == Item.id)
    found = session.execute(statement.where(Item.state == PUBLISHED, *_in_space(space_id))).one()
    return {tab: getattr(found, tab) for tab in tabs}


def coming(session: Session, actor: Actor) -> Sequence[dt.date]:
    """The days, up to some weeks ahead and without end behind, on which what the actor is responsible for comes due."""
    until = actor.today + dt.timedelta(weeks=WEEKS_SHOWN)
    statement = columns(actor, Verification.due_on).join(Verification, Verification.item_id == Item.id)
    mine = is_mine(actor), Verification.due_on <= until, Item.state == PUBLISHED
    return session.scalars(statement.where(*mine)).all()


def rules(session: Session, actor: Actor) -> list[tuple[Space, VerificationRule | None]]:
    """The spaces that the actor edits, each with what it wants."""
    statement = select(Space, VerificationRule).outerjoin(
        VerificationRule, VerificationRule.space_id == Space.id
    )
    found = session.execute(statement.where(Space.id.in_(actor.edits)).order_by(Space.position, Space.id))
    return [(space, rule) for space, rule in found]


def rule_of(session: Session, space: Space) -> VerificationRule | None:
    """What a space wants."""
    return session.scalar(select(VerificationRule).where(VerificationRule.space_id == space.id))


def history(session: Session, item: Item) -> list[tuple[Entry, str]]:
    """What was said of an item that was found under the rule, with who said it, latest first."""
    statement = select(Entry, User.name).join(User, User.id == Entry.actor_id)
    found = (
        statement.where(Entry.item_id == item.id, Entry.verb.in_(VERBS)).order_by(Entry.id.desc()).limit(30)
    )
    return [(entry, name) for entry, name in session.execute(found)]


def people_named(session: Session, user_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Names of people, in pinyin order."""
    found = select(User.id, User.name).where(User.id.in_(user_ids)).order_by(User.sort_key, User.id)
    return [(user_id, name) for user_id, name in session.execute(found)]


def _scope(actor: Actor, wanted: Wanted) -> list[Any]:
    return [
        Item.kind == "document", Item.state == PUBLISHED, *_in_space(wanted.space_id), *_conditions(actor, wanted.tab)
    ]  # fmt: skip


def _in_space(space_id: int | None) -> list[ColumnElement[bool]]:
    return [Item.space_id == space_id] if space_id else []


def _conditions(actor: Actor, tab: str) -> list[ColumnElement[bool]]:
    is_open = Verification.due_on.is_not(None) | Verification.doubted_at.is_not(None)
    is_expired = Verification.verified_at.is_not(None) & (Verification.due_on < actor.today)
    known: dict[str, list[Any]] = {
        MINE: [is_open, is_mine(actor)],
        SPACES: [is_open, Item.space_id.in_(sorted(actor.edits))],
        MOST_READ: [Verification.verified_at.is_(None), ~func.coalesce(Verification.is_exempt, False)],
        EXPIRED: [is_expired],
        DOUBTED: [Verification.doubted_at.is_not(None)],
        LEFT: [is_open, WITHOUT_KEEPER],
    }
    return known[tab]


def _order(tab: str, reads: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a subquery
    if tab == MOST_READ:
        return reads.c.reads, False
    return (Verification.doubted_at, True) if tab == DOUBTED else (DUE, True)


def _reads(actor: Actor) -> Any:  # noqa: ANN401 - a subquery
    """How often each item was read lately."""
    return (
        select(Reading.item_id, func.count().label("reads"))
        .where(Reading.day > actor.today - READ_DAYS)
        .group_by(Reading.item_id)
        .subquery()
    )


def _named(name: str | None, username: str | None) -> Named | None:
    return Named(name, username) if name and username else None


def _board_row(card: Card, rest: Any) -> BoardRow:  # noqa: ANN401 - the trailing columns
    version, turn, keeper, username, keeps, doubt, reads = rest[:7]
    return BoardRow(card, version, turn or 0, _named(keeper, username), bool(keeps), doubt or "", reads)
