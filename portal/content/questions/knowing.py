"""Who may know: people by what they have contributed to the tags of a question.

Counted is only what the one who looks may read, for choosing and for the reasons shown alike; nobody can tell from either
that somebody has written something elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.content.records import ItemTag
from portal.platform.access import columns
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

WEIGHTS = {"document": 3.0, "reply": 1.0, "accepted": 6.0}
KINDS = ("document", "reply")
HALF_LIFE = dt.timedelta(days=365)
MOST_LOOKED_AT = 3000
Holder = aliased(Item, name="asked")


@dataclass(slots=True)
class Reason:
    """What somebody has contributed to some tags, and how much it weighs today."""

    documents: int = 0
    replies: int = 0
    accepted: int = 0
    score: float = 0.0


def reasons(
    session: Session, actor: Actor, item_id: int, people: Iterable[int] | None = None
) -> dict[int, Reason]:
    """What people have contributed to the tags of an item, as far as the actor may read it, in one statement.

    Args:
        session: open session.
        actor: whose rights count.
        item_id: the item; what stands under it does not count.
        people: keys of the people to look at, None for everybody.
    """
    own_tags = select(ItemTag.tag_id).where(ItemTag.item_id == item_id)
    tagged = select(ItemTag.item_id).where(ItemTag.tag_id.in_(own_tags), ItemTag.item_id != item_id)
    is_accepted = func.coalesce(Holder.accepted_id == Item.id, False)
    wanted = (
        columns(actor, Item.author_id, Item.kind, Item.published_at, is_accepted)
        .outerjoin(Holder, Holder.id == Item.holder_id)
        .where(
            Item.kind.in_(KINDS),
            Item.state == PUBLISHED,
            or_(Item.id.in_(tagged), Item.holder_id.in_(tagged)),
        )
    )
    if people is not None:
        wanted = wanted.where(Item.author_id.in_(list(people)))
    found: dict[int, Reason] = defaultdict(Reason)
    newest = wanted.order_by(Item.published_at.desc(), Item.id.desc()).limit(MOST_LOOKED_AT)
    for author_id, kind, at, accepted in session.execute(newest):
        _count(found[author_id], "accepted" if accepted else kind, actor.now - at)
    return dict(found)


def _count(reason: Reason, what: str, age: dt.timedelta) -> None:
    if what == "document":
        reason.documents += 1
    else:
        reason.replies += 1
        reason.accepted += what == "accepted"
    reason.score += WEIGHTS.get(what, 0.0) * 0.5 ** (age / HALF_LIFE)
