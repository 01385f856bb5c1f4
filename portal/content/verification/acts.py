"""What was done to verifications, one act for one item or for many, so that it can be undone as a whole."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.verification import policy
from portal.content.verification.models import Verification, VerificationAct
from portal.kernel.errors import ConflictError, NotFoundError
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline
from portal.platform.items import Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

KEPT = (
    *("keeper_id", "interval_days", "promised_on", "due_on", "is_exempt", "verified_at", "verified_by"),
    *("verified_version", "note", "is_changed", "doubted_at", "doubted_by", "doubt", "reminded"),
)
MOMENTS = {"verified_at", "doubted_at"}
DAYS = {"promised_on", "due_on"}
WITHIN = dt.timedelta(days=1)


def begin(session: Session, actor: Actor, verb: str) -> VerificationAct:
    """Begin an act."""
    act = VerificationAct(actor_id=actor.user_id, verb=verb, at=actor.now)
    session.add(act)
    session.flush()
    return act


def row_of(session: Session, item: Item) -> Verification:
    """An item's verification; an empty one, not yet stored, when it has none."""
    found = session.scalar(select(Verification).where(Verification.item_id == item.id))
    return found or Verification(
        item_id=item.id, note="", doubt="", reminded="", turn=0, is_exempt=False, is_changed=False
    )


def snapshot(row: Verification) -> dict[str, Any]:
    """What a verification is, as JSON."""
    values = {name: getattr(row, name) for name in KEPT}
    plain = {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()
    }
    return {"item_id": row.item_id, **plain}


def keep(session: Session, act: VerificationAct, row: Verification, before: dict[str, Any]) -> None:
    """Note what a verification was before the act changed it."""
    row.turn += 1
    act.before = [*act.before, {**before, "turn": row.turn}]
    session.add(row)
    session.flush()


def close(session: Session, actor: Actor, act: VerificationAct) -> None:
    """End an act: it is recorded, or forgotten when it has changed nothing."""
    if not act.before:
        session.delete(act)
        return
    items = [kept["item_id"] for kept in act.before]
    audit.note(session, actor, f"verification.{act.verb}", f"act:{act.id}", items=items)


def mirror(actor: Actor, item: Item, row: Verification) -> None:
    """Keep the item's own column in step: the first moment at which nobody vouches for it any more."""
    until = row.due_on if row.verified_at else None
    midnight = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), actor.zone) if until else None
    item.verified_until = midnight.astimezone(dt.UTC) if midnight else None


def undo(session: Session, actor: Actor, act_id: int) -> int:
    """Take back an act of one's own of the last day, as far as nobody has acted on its items since.

    Returns:
        Of how many items it was taken back.

    Raises:
        NotFoundError: there is no such act.
        ConflictError: somebody has acted on all of its items since.
    """
    act = session.scalar(
        select(VerificationAct).where(
            VerificationAct.id == act_id,
            VerificationAct.actor_id == actor.user_id,
            ~VerificationAct.is_undone,
        )
    )
    if act is None or act.at < actor.now - WITHIN:
        raise NotFoundError
    done = [kept["item_id"] for kept in act.before if _restore(session, actor, act.verb, kept)]
    if not done:
        raise ConflictError(_l("Somebody has acted on this since, so it can no longer be undone."))
    act.is_undone = True
    audit.note(session, actor, "verification.undone", f"act:{act.id}", items=done)
    return len(done)


def _restore(session: Session, actor: Actor, verb: str, kept: dict[str, Any]) -> bool:
    item = session.scalar(access.items(actor, Item).where(Item.id == kept["item_id"]))
    if item is None:
        return False
    access.lock(session, item)
    row = row_of(session, item)
    if row.turn != kept["turn"] or not _may_still(actor, verb, item, row.keeper_id):
        return False
    is_changed_since = row.is_changed
    for name in KEPT:
        setattr(row, name, _value(name, kept[name]))
    row.is_changed = row.verified_at is not None and (row.is_changed or is_changed_since)
    row.turn += 1
    mirror(actor, item, row)
    timeline.record(session, actor, item, "verification_undone")
    return True


def _may_still(actor: Actor, verb: str, item: Item, keeper_id: int | None) -> bool:
    if verb == "verified":
        return policy.may_verify(actor, item, keeper_id)
    return policy.may_plan(actor, item) if verb == "planned" else policy.may_doubt(actor, item)


def _value(name: str, plain: Any) -> Any:  # noqa: ANN401 - the value of any column
    if plain is None or name not in MOMENTS | DAYS:
        return plain
    return dt.datetime.fromisoformat(plain) if name in MOMENTS else dt.date.fromisoformat(plain)
