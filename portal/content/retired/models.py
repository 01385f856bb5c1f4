"""Tables of retired phrases and of the items that still carry them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

PHRASE_LENGTH = 120
REASON_LENGTH = 500
EXCERPT_LENGTH = 300


class RetiredPhrase(Base):
    """A wording or a price that may no longer be used.

    `folded` is the form in which it is unique among those in force. `scanned_at` says since when all items that were there
    before have been looked through; `withdrawn_at` that it may be used again.
    """

    __tablename__ = "retired_phrases"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    phrase: Mapped[str] = mapped_column(String(PHRASE_LENGTH))
    folded: Mapped[str] = mapped_column(String(PHRASE_LENGTH), index=True)
    replacement: Mapped[str] = mapped_column(String(PHRASE_LENGTH), default="")
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    scanned_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class Finding(Base):
    """An item carries a retired phrase, or has carried it: `gone_at` says since when it does no more.

    `places` names where (`title`, `text`, `fields`). `excuse` is why it may stay, in the words of whoever answers for it.
    """

    __tablename__ = "retired_findings"

    phrase_id: Mapped[int] = mapped_column(
        ForeignKey("retired_phrases.id", ondelete="cascade"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="cascade"), primary_key=True, index=True
    )
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    count: Mapped[int]
    excerpt: Mapped[str] = mapped_column(String(EXCERPT_LENGTH), default="")
    found_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]
    excuse: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    excused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    excused_at: Mapped[dt.datetime | None]
