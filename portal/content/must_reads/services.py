"""Verbs of must-reads: ask, change, close, reopen, sign, remind, ask again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.must_reads import census, events, policy, queries
from portal.content.must_reads.models import NOTE_LENGTH, MustRead, MustReadToken, Signature
from portal.content.notices.services import Told, tell
from portal.content.records import Revision
from portal.kernel.db import upsert
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.messages import _l
from portal.platform import access, audit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item

LONGEST = dt.timedelta(days=3650)
MOVED_ON = _l(
    "This text has changed since you opened it, and the change matters. Read what is new, then sign."
)


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of whom.

    Args:
        due: the last day, in the company's calendar.
        tokens: plain access tokens of those who are meant.
        note: why, in a sentence.
    """

    due: dt.date
    tokens: frozenset[str]
    note: str = ""


def demand(session: Session, actor: Actor, item: Item, wanted: Demand) -> MustRead:
    """Ask people to read an item and to sign it.

    Raises:
        ForbiddenError: the actor may not.
        InvalidError: nobody is chosen, or the day has passed.
        ConflictError: it is being asked for already.
    """
    access.lock(session, item)
    access.require(policy.may_demand(actor, item))
    _check(actor, wanted)
    if queries.open_of(session, item.id):
        raise ConflictError(_l("This document has to be read and signed already."), item)
    made = MustRead(
        item_id=item.id,
        created_by=actor.user_id,
        created_at=actor.now,
        due=wanted.due,
        required_version=item.version,
        note=wanted.note[:NOTE_LENGTH],
        audience=[MustReadToken(token=token) for token in sorted(wanted.tokens)],
    )
    session.add(made)
    session.flush()
    _note(session, actor, made, "asked")
    tell_asked(session, actor, made, item, census.asked_of(session, item, wanted.tokens).people)
    return made


def change(session: Session, actor: Actor, must_read: MustRead, item: Item, wanted: Demand) -> None:
    """Another day, other people, another reason; who has signed has signed.

    Raises:
        ForbiddenError: the actor may not.
        InvalidError: nobody is chosen, or the day has passed.
    """
    _lock(session, must_read, item)
    access.require(policy.may_manage(actor, item, must_read))
    _check(actor, wanted, must_read)
    must_read.due, must_read.note = wanted.due, wanted.note[:NOTE_LENGTH]
    known = {row.token: row for row in must_read.audience}
    must_read.audience = [known.get(token) or MustReadToken(token=token) for token in sorted(wanted.tokens)]
    session.flush()
    _note(session, actor, must_read, "changed")
    if must_read.closed_at is None:
        reached = census.asked_of(session, item, wanted.tokens).people
        tell_asked(session, actor, must_read, item, reached - _signed(session, must_read))


def close(session: Session, actor: Actor, must_read: MustRead, item: Item) -> None:
    """Ask nobody any more; what was signed stays on record.

    Raises:
        ForbiddenError: the actor may not.
    """
    _lock(session, must_read, item)
    access.require(policy.may_manage(actor, item, must_read))
    if must_read.closed_at is None:
        must_read.closed_at = actor.now
        _note(session, actor, must_read, "closed")


def reopen(session: Session, actor: Actor, must_read: MustRead, item: Item) -> None:
    """Ask again those who have not signed the newest version that matters.

    Raises:
        ForbiddenError: the actor may not.
        ConflictError: the item is being asked for anew already.
    """
    _lock(session, must_read, item)
    access.require(policy.may_manage(actor, item, must_read))
    other = queries.open_of(session, item.id)
    if other is not None and other.id != must_read.id:
        raise ConflictError(_l("This document has to be read and signed already."), item)
    must_read.closed_at = None
    newest = select(func.max(Revision.version)).where(Revision.item_id == item.id, Revision.is_material)
    must_read.required_version = max(must_read.required_version, session.scalar(newest) or 0)
    session.flush()
    _note(session, actor, must_read, "reopened")


def sign(session: Session, actor: Actor, must_read: MustRead, item: Item, version: int) -> None:
    """State that one has read a version; signing it twice is signing it once.

    Args:
        session: open session.
        actor: who signs.
        must_read: what has to be signed.
        item: what has to be read.
        version: the version that the person had before their eyes.

    Raises:
        ForbiddenError: it is closed, or the actor is not asked.
        ConflictError: the text has moved on by a change that matters.
    """
    standing = queries.standing(session, actor, must_read, item)
    access.require(standing.is_asked, _l("You are not asked to sign this."))
    access.require(
        must_read.closed_at is None, _l("This must-read has been closed. There is nothing to sign any more.")
    )
    if not must_read.required_version <= version <= item.version:
        raise ConflictError(MOVED_ON, item)
    row = {"must_read_id": must_read.id, "user_id": actor.user_id, "version": version, "at": actor.now}
    session.execute(upsert(session, Signature).values(row).on_conflict_do_nothing())


def remind(
    session: Session, actor: Actor, must_read: MustRead, item: Item, chosen: Iterable[int]
) -> tuple[int, int]:
    """Remind people who have not signed yet, each at most once a day.

    Args:
        session: open session.
        actor: who reminds.
        must_read: of what.
        item: its item.
        chosen: whom of those whose progress the actor sees; others are passed over.

    Returns:
        How many are reminded now, and how many had been reminded today already.
    """
    asked = census.asked_of(session, item, must_read.tokens).people
    wanted = (asked & set(chosen)) - _signed(session, must_read) - {actor.user_id}
    event = events.OVERDUE if must_read.due < actor.today else events.DUE
    key = f"must_read:{must_read.id}:reminded:{actor.today.isoformat()}"
    reminded = tell(session, actor, wanted, Told(event, item, key, _path(must_read), _data(must_read)))
    return len(reminded), len(wanted) - len(reminded)


def ask_again(session: Session, actor: Actor, item: Item) -> None:
    """A change that matters has been saved: whoever has signed is asked to read what is new."""
    must_read = queries.open_of(session, item.id)
    if must_read is None:
        return
    before = _signed(session, must_read)
    must_read.required_version = item.version
    session.flush()
    asked = census.asked_of(session, item, must_read.tokens).people
    key = f"must_read:{must_read.id}:changed:{item.version}"
    tell(session, actor, asked & before, Told(events.CHANGED, item, key, _path(must_read), _data(must_read)))


def tell_asked(
    session: Session, actor: Actor, must_read: MustRead, item: Item, people: Iterable[int]
) -> None:
    """Tell people that they are asked, each once."""
    told = Told(events.ASKED, item, asked_key(must_read), data=_data(must_read))
    tell(session, actor, people, told)


def asked_key(must_read: MustRead) -> str:
    """What somebody has been told who has been told that they are asked."""
    return f"must_read:{must_read.id}:asked"


def _lock(session: Session, must_read: MustRead, item: Item) -> None:
    """The item first, as whoever saves it does, who asks again by the must-read's row; then what others have changed."""
    access.lock(session, item)
    session.refresh(must_read)


def _signed(session: Session, must_read: MustRead) -> set[int]:
    """Who has signed what has to be signed."""
    signed = select(Signature.user_id).where(
        Signature.must_read_id == must_read.id, Signature.version >= must_read.required_version
    )
    return set(session.scalars(signed))


def _path(must_read: MustRead) -> str:
    return f"/must-reads/{must_read.id}"


def _data(must_read: MustRead) -> dict[str, str]:
    return {"due": must_read.due.isoformat()}


def _check(actor: Actor, wanted: Demand, present: MustRead | None = None) -> None:
    problems = {}
    is_kept = present is not None and present.due == wanted.due
    if not is_kept and not actor.today <= wanted.due <= actor.today + LONGEST:
        problems["due"] = [str(_l("Choose today or a later day."))]
    if not wanted.tokens:
        problems["audience"] = [str(_l("Choose who has to read it."))]
    if problems:
        raise InvalidError(_l("The must-read is not complete."), problems)


def _note(session: Session, actor: Actor, must_read: MustRead, act: str) -> None:
    facts = {
        "must_read": must_read.id,
        "due": must_read.due.isoformat(),
        "audience": sorted(must_read.tokens),
    }
    audit.note(session, actor, f"must_read.{act}", f"item:{must_read.item_id}", **facts)
