"""The table of acts done to many documents at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class Batch(Base):
    """Somebody did the same to several documents.

    `done` has a row for each document it was done to, with what undoing needs; `refused` one for each that was refused,
    with the sentence. Both hold keys, never titles: who may no longer read a document is not told its name.
    """

    __tablename__ = "batches"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    done: Mapped[list[Any]] = mapped_column(JSON, default=list)
    refused: Mapped[list[Any]] = mapped_column(JSON, default=list)
    at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]
