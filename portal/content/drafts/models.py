"""The table of unfinished texts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.platform.items import TITLE_LENGTH


class UnfinishedText(Base):
    """What one showing of a form holds. Nobody but its writer ever reads it, whatever becomes of the item it is for.

    `subject` says what the form is for (`document:12`), `form` which showing of it, so that two windows do not overwrite
    each other. `item_id` is the item it belongs to, without a constraint: the text outlives it. `version` is the one that
    was before the writer's eyes, `fields` are the form's fields, `path` is where the form is, `device` a random name that
    tells one's own browsers apart.
    """

    __tablename__ = "unfinished_texts"
    __table_args__ = (Index("ix_unfinished_texts_saved_at", "saved_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="cascade"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    form: Mapped[str] = mapped_column(String(40), primary_key=True)
    item_id: Mapped[int | None]
    path: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(String(40), default="")
    saved_at: Mapped[dt.datetime]
