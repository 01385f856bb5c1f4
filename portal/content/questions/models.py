"""The table of who was asked a question."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class Route(Base):
    """Somebody was asked a question because they may know.

    `by_id` is who named them, None when the portal did. `passed_at` is when they said that they do not know; they are no longer
    waited for.
    """

    __tablename__ = "question_routes"
    __table_args__ = (Index("ix_question_routes_load", "user_id", "at"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    passed_at: Mapped[dt.datetime | None]
