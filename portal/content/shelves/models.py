"""Tables of shelves. Rows outlive the right to read: who loses it sees the row no more, who regains it does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class Favourite(Base):
    """Somebody's star on an item."""

    __tablename__ = "favourites"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="cascade"), primary_key=True, index=True
    )
    at: Mapped[dt.datetime]


class ToRead(Base):
    """An item on somebody's reading list, in the order of `place`; `done_at` is when they ticked it off."""

    __tablename__ = "reading_list"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="cascade"), primary_key=True, index=True
    )
    place: Mapped[int]
    at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
