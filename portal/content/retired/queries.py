"""Reads of retired phrases: which are in force, where they still stand, and how far the clearing has come.

Every figure counts what the reader may read. A total over everything would tell whoever retires a phrase whether it stands
somewhere they may not look; whoever keeps such an item is told of it all the same (see `scanning.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.content import cards
from portal.content.cards import Card
from portal.content.retired import policy
from portal.content.retired.models import Finding, RetiredPhrase
from portal.content.verification.models import Verification
from portal.kernel.errors import NotFoundError
from portal.people.models import User
from portal.platform.access import columns, find
from portal.platform.items import Item
from portal.platform.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.kernel.paging import Page

OPEN, MINE, EXCUSED, GONE = "open", "mine", "excused", "gone"
STILL = Finding.gone_at.is_(None) & (Finding.excuse == "")
KEYS = (Item.read_count, Item.id)


@dataclass(frozen=True, slots=True)
class Count:
    """How far the clearing of a phrase has come, in items that the reader may read."""

    still: int = 0
    mine: int = 0
    excused: int = 0
    gone: int = 0

    @property
    def total(self) -> int:
        """All items that have ever carried it."""
        return self.still + self.excused + self.gone


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A retired phrase in a list."""

    phrase: RetiredPhrase
    author_name: str
    count: Count


@dataclass(frozen=True, slots=True)
class Found:
    """One item that carries a phrase, or did."""

    card: Card
    places: tuple[str, ...]
    count: int
    excerpt: str
    excuse: str
    excused_by: str
    gone_at: dt.datetime | None
    may_excuse: bool


ON_ITEM = (
    select(RetiredPhrase.id, RetiredPhrase.phrase, RetiredPhrase.replacement, RetiredPhrase.reason)
    .join(Finding, Finding.phrase_id == RetiredPhrase.id)
    .where(Finding.item_id == bindparam("item_id"), STILL, RetiredPhrase.withdrawn_at.is_(None))
    .order_by(RetiredPhrase.id)
)


def on_item(session: Session, item_id: int) -> Sequence[Any]:
    """Phrases that an item, which the reader has been found to read, still carries: id, phrase, replacement, reason."""
    return session.execute(ON_ITEM, {"item_id": item_id}).all()


def in_force(session: Session, phrase_id: int) -> RetiredPhrase | None:
    """A phrase that may not be used now."""
    found = select(RetiredPhrase).where(RetiredPhrase.id == phrase_id, RetiredPhrase.withdrawn_at.is_(None))
    return session.scalar(found)


def overview(session: Session, actor: Actor, *, withdrawn: bool = False) -> list[PhraseRow]:
    """All phrases in force, newest first, or those that were withdrawn."""
    gone = RetiredPhrase.withdrawn_at.is_not(None) if withdrawn else RetiredPhrase.withdrawn_at.is_(None)
    named = select(RetiredPhrase, User.name).join(User, User.id == RetiredPhrase.author_id).where(gone)
    rows = session.execute(named.order_by(RetiredPhrase.created_at.desc(), RetiredPhrase.id.desc())).all()
    counted = counts(session, actor)
    return [PhraseRow(phrase, name, counted.get(phrase.id, Count())) for phrase, name in rows]


def counts(session: Session, actor: Actor, phrase_id: int | None = None) -> dict[int, Count]:
    """How far each phrase's clearing has come, in one query."""
    excused = Finding.gone_at.is_(None) & (Finding.excuse != "")
    found = (
        columns(
            actor,
            Finding.phrase_id,
            func.count().filter(STILL),
            func.count().filter(STILL & answers_for(actor)),
            func.count().filter(excused),
            func.count().filter(Finding.gone_at.is_not(None)),
        )
        .join(Finding, Finding.item_id == Item.id)
        .join(User, User.id == Item.author_id)
        .group_by(Finding.phrase_id)
    )
    if phrase_id is not None:
        found = found.where(Finding.phrase_id == phrase_id)
    return {row[0]: Count(*row[1:]) for row in session.execute(found)}


def answers_for(actor: Actor) -> ColumnElement[bool]:
    """Whether it is the actor who sees to an item; needs `users` joined as its author.

    Its author does, and whoever keeps it true; when the author has left, the editors of its space do.
    """
    kept = exists().where(Verification.item_id == Item.id, Verification.keeper_id == actor.user_id)
    left = Item.space_id.in_(sorted(actor.edits)) & User.is_active.is_(False)
    return or_(Item.author_id == actor.user_id, kept.correlate(Item), left)


def keepers(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    """Keys of the active people who keep items true, by item."""
    named = select(Verification.item_id, Verification.keeper_id).join(User, User.id == Verification.keeper_id)
    rows = session.execute(named.where(Verification.item_id.in_(item_ids), User.is_active))
    return {item_id: keeper_id for item_id, keeper_id in rows if keeper_id is not None}


def mine_count(session: Session, actor: Actor) -> int:
    """How many items the actor answers for that still carry a phrase in force."""
    found = (
        columns(actor, func.count(func.distinct(Item.id)))
        .join(Finding, Finding.item_id == Item.id)
        .join(RetiredPhrase, RetiredPhrase.id == Finding.phrase_id)
        .join(User, User.id == Item.author_id)
        .where(STILL, RetiredPhrase.withdrawn_at.is_(None), answers_for(actor))
    )
    return session.scalar(found) or 0


def page(
    session: Session, actor: Actor, phrase_id: int, which: str, cursor: str | None
) -> tuple[Page[Card], list[Found]]:
    """Items that carry a phrase, the most read first; the page for its neighbours, and its rows."""
    conditions: list[Any] = [Item.id.in_(_ids(phrase_id, which))]
    if which == MINE:
        conditions.append(answers_for(actor))
    found = cards.page(session, actor, KEYS, cursor, conditions)
    return found, _with_findings(session, actor, phrase_id, found.rows)


def find_finding(session: Session, actor: Actor, phrase_id: int, item_id: int) -> tuple[Finding, Item]:
    """What is known of one item that the actor may read.

    Raises:
        NotFoundError: the item does not exist for the actor, or never carried the phrase.
    """
    item = find(session, actor, Item, item_id)
    finding = session.scalar(
        select(Finding).where(Finding.phrase_id == phrase_id, Finding.item_id == item_id)
    )
    if finding is None:
        raise NotFoundError
    return finding, item


def _ids(phrase_id: int, which: str) -> Any:  # noqa: ANN401 - a statement
    states = {EXCUSED: Finding.gone_at.is_(None) & (Finding.excuse != ""), GONE: Finding.gone_at.is_not(None)}
    return select(Finding.item_id).where(Finding.phrase_id == phrase_id, states.get(which, STILL))


def _with_findings(session: Session, actor: Actor, phrase_id: int, shown: Sequence[Card]) -> list[Found]:
    excuser = aliased(User)
    wanted = (
        columns(actor, Finding, excuser.name, Item.author_id, Item.space_id)
        .join(Finding, Finding.item_id == Item.id)
        .outerjoin(excuser, excuser.id == Finding.excused_by)
        .where(Finding.phrase_id == phrase_id, Item.id.in_([card.id for card in shown]))
    )
    known = {row[0].item_id: row for row in session.execute(wanted)}
    return [_found(actor, card, *known[card.id]) for card in shown]


def _found(
    actor: Actor, card: Card, finding: Finding, excuser: str | None, author_id: int, space_id: int | None
) -> Found:
    return Found(
        card,
        tuple(finding.places),
        finding.count,
        finding.excerpt,
        finding.excuse,
        excuser or "",
        finding.gone_at,
        policy.may_excuse(actor, author_id, space_id),
    )


def progress(session: Session, phrase: RetiredPhrase) -> tuple[int, int] | None:
    """How many items have been looked through so far, of how many; None when all have."""
    if phrase.scanned_at is not None:
        return None
    told = session.scalar(select(Job.progress).where(Job.id == phrase.job_id)) or {}
    return told.get("done", 0), told.get("total", 0)
