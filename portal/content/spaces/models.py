"""Tables of spaces: who may read in them, who edits them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base


class Space(Base):
    """A section. `is_open` lets every member who may read it write in it; otherwise its editors write.

    With `needs_review`, what anybody but its editors writes or changes is published by an editor's approval.
    """

    __tablename__ = "spaces"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    is_open: Mapped[bool] = mapped_column(default=False)
    needs_review: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    readers: Mapped[list[SpaceReader]] = relationship(
        cascade="all, delete-orphan", order_by="SpaceReader.token"
    )
    editors: Mapped[list[SpaceEditor]] = relationship(cascade="all, delete-orphan")

    def label(self, locale: str) -> str:
        """The name in a language, the Chinese one where no other is given."""
        return self.name_en if locale == "en" and self.name_en else self.name


class SpaceReader(Base):
    """An access token whose bearers read the space."""

    __tablename__ = "space_readers"

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id", ondelete="cascade"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class SpaceEditor(Base):
    """Somebody who writes in the space and edits what others wrote there."""

    __tablename__ = "space_editors"

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id", ondelete="cascade"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
