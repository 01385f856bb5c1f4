"""Keeping what somebody is writing, and forgetting it once it is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_

from portal.content.drafts.models import UnfinishedText
from portal.kernel.db import upsert
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.kernel.paging import MAX_FIGURE
from portal.kernel.typed import line, storable
from portal.platform.access import require
from portal.platform.items import TITLE_LENGTH

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST = 2_500_000
"""Characters of a form; somewhat more than the longest text."""
SUBJECT = re.compile(r"[a-z_]+:[A-Za-z0-9_/:.-]{1,100}")
PATH = re.compile(r"/(?![/\\])[^\s\\\x00]{0,299}")
ITEM = re.compile(r"[a-z_]+:(?:/(?:items|replies)/)?(\d{1,10})(?:/|$)")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds.

    Args:
        subject: what the form is for.
        form: which showing of it.
        path: where it is.
        fields: names and values, as the browser would send them.
        version: the version before the writer's eyes, 0 for none.
        device: a random name of the browser.
    """

    subject: str
    form: str
    path: str
    fields: Mapping[str, list[str]]
    version: int = 0
    device: str = ""


def keep(session: Session, actor: Actor, typed: Typed) -> dt.datetime:
    """Keep what somebody has typed so far.

    Returns:
        When it was kept.

    Raises:
        InvalidError: it is no form of the portal, or too long.
        ForbiddenError: the actor is a reader only.
    """
    require(actor.is_member)
    fields = _checked(typed)
    values = {
        "item_id": item_of(typed.subject),
        "path": typed.path,
        "title": line(next(iter(fields.get("title", [])), ""))[:TITLE_LENGTH],
        "fields": fields,
        "version": typed.version,
        "device": line(typed.device)[:40],
        "saved_at": actor.now,
    }
    row = {"user_id": actor.user_id, "subject": typed.subject, "form": line(typed.form)[:40], **values}
    kept = upsert(session, UnfinishedText).values(row)
    session.execute(kept.on_conflict_do_update(index_elements=["user_id", "subject", "form"], set_=values))
    return actor.now


def discard(session: Session, actor: Actor, subject: str, form: str) -> None:
    """Throw one's own text away."""
    mine = UnfinishedText.user_id == actor.user_id
    session.execute(
        delete(UnfinishedText).where(mine, UnfinishedText.subject == subject, UnfinishedText.form == form)
    )


def forget_saved(session: Session, actor: Actor, item_id: int, form: str) -> None:
    """Forget what has just been saved, in the transaction that saves it. Other windows keep theirs."""
    nameless = and_(UnfinishedText.form == "", UnfinishedText.item_id == item_id)
    saved = or_(UnfinishedText.form == form, nameless) if form else nameless
    session.execute(delete(UnfinishedText).where(UnfinishedText.user_id == actor.user_id, saved))


def item_of(subject: str) -> int | None:
    """The item that a form is for; None for something new."""
    found = ITEM.match(subject)
    return int(found[1]) if found and int(found[1]) <= MAX_FIGURE else None


def _checked(typed: Typed) -> dict[str, list[str]]:
    if not SUBJECT.fullmatch(typed.subject) or not PATH.fullmatch(typed.path):
        raise InvalidError(_l("This is no form of the portal."))
    fields = {storable(name): [storable(value) for value in values] for name, values in typed.fields.items()}
    if sum(len(value) for values in fields.values() for value in values) > MOST:
        raise InvalidError(_l("The text is too long to be kept while you write. Save it."))
    return fields
