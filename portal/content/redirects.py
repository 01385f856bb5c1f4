"""Where the address of an item leads that was merged into another. Kept for good: the row outlives the merged item."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.platform.access import columns
from portal.platform.items import TITLE_LENGTH, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


class Redirect(Base):
    """The address of `item_id` leads to `target_id`.

    `item_id` is no foreign key: the address goes on leading when the merged item has been purged. `title` is what it was
    called, for those who wrote its name into a text. `data` is what undoing needs.
    """

    __tablename__ = "redirects"

    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def target(session: Session, actor: Actor, item_id: int) -> int | None:
    """Where the address of a merged item leads, if the actor may read what is there."""
    return _readable(session, actor, Redirect.item_id == item_id)


def by_title(session: Session, actor: Actor, title: str) -> int | None:
    """Where the title of a merged item leads, if the actor may read what is there."""
    return _readable(session, actor, Redirect.title == title)


def of(session: Session, item_id: int) -> Redirect | None:
    """The redirect of a merged item."""
    return session.scalar(select(Redirect).where(Redirect.item_id == item_id))


def lead(session: Session, redirect: Redirect) -> None:
    """Let an address lead elsewhere, and with it those that led to it: nobody is led twice, or in a circle."""
    session.execute(
        update(Redirect)
        .where(Redirect.target_id == redirect.item_id, Redirect.item_id != redirect.target_id)
        .values(target_id=redirect.target_id)
    )
    forget(session, redirect.target_id)
    forget(session, redirect.item_id)
    session.add(redirect)
    session.flush()


def forget(session: Session, item_id: int) -> None:
    """Let an address lead nowhere else."""
    session.execute(delete(Redirect).where(Redirect.item_id == item_id))


def _readable(session: Session, actor: Actor, condition: Any) -> int | None:  # noqa: ANN401 - an SQL condition
    found = columns(actor, Item.id).join(Redirect, Redirect.target_id == Item.id).where(condition)
    item_id: int | None = session.scalar(found.order_by(Redirect.at.desc()).limit(1))
    return item_id
