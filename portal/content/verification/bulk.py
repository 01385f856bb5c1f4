"""The same with several items at once: one transaction, one act to undo, and a sentence for each that was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.verification import acts, services
from portal.content.verification.models import Verification
from portal.kernel.errors import PortalError
from portal.platform import access
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from portal.content.verification.models import VerificationAct
    from portal.content.verification.services import Plan, Seen
    from portal.content.verification.weeks import Limits
    from portal.kernel.actor import Actor

Deed = Callable[[Item, "VerificationAct"], None]


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Args:
        act_id: number of the act, for undoing it; None when nothing was changed.
        done: how many were changed.
        refused: title and reason of each that was not.
    """

    act_id: int | None = None
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def verify_all(session: Session, actor: Actor, seen: Mapping[int, Seen], limits: Limits) -> Outcome:
    """Vouch for several items, each as it was seen."""

    def deed(item: Item, act: VerificationAct) -> None:
        services.verify(session, actor, item, seen[item.id], limits, act)

    return _each(session, actor, "verified", seen, deed)


def plan_all(
    session: Session, actor: Actor, ids: Collection[int], change: Callable[[Plan], Plan], limits: Limits
) -> Outcome:
    """Change the plan of several items, each from what it is now.

    Args:
        session: open session.
        actor: who plans.
        ids: keys of items.
        change: makes the new plan of an item's present one.
        limits: of the installation.
    """

    def deed(item: Item, act: VerificationAct) -> None:
        row = session.scalar(select(Verification).where(Verification.item_id == item.id))
        services.plan(session, actor, item, change(present_plan(row)), limits, act)

    return _each(session, actor, "planned", ids, deed)


def present_plan(row: Verification | None) -> Plan:
    """The plan of an item as it is now. A day is kept only where no interval says it anew."""
    if row is None:
        return services.Plan()
    until = None if row.interval_days else row.promised_on
    return services.Plan(row.keeper_id, row.interval_days, until, row.is_exempt)


def _each(session: Session, actor: Actor, verb: str, ids: Collection[int], deed: Deed) -> Outcome:
    act, outcome = acts.begin(session, actor, verb), Outcome()
    # In the order of their keys, so that two people who choose the same wait for each other only once.
    for item in session.scalars(access.items(actor, Item).where(Item.id.in_(ids)).order_by(Item.id)).all():
        try:
            # A service refuses before it changes anything, so what was refused leaves nothing behind.
            deed(item, act)
        except PortalError as error:
            outcome.refused.append((item.title, str(error.message)))
    outcome.done = len(act.before)
    outcome.act_id = act.id if act.before else None
    acts.close(session, actor, act)
    return outcome
