"""The table of mentions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class Mention(Base):
    """An item's text names somebody, `user:3`, or a department, `dept:4`; whether they may read it is asked elsewhere."""

    __tablename__ = "mentions"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
