"""Tables that hang on any item: revisions, renderings, readings, tags, links."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.platform.items import TITLE_LENGTH


class Revision(Base):
    """What an item said after one save.

    `data` is what its kind keeps beyond the text, such as the fields of a template; `is_material` says that whoever must
    know the item has to read it again. `audience` are the tokens of those who could read it while it was the current one.
    """

    __tablename__ = "revisions"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    is_material: Mapped[bool] = mapped_column(default=False, server_default=false())
    audience: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class Rendering(Base):
    """The body as safe HTML, with the version it was made of and the renderer that made it."""

    __tablename__ = "renderings"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    version: Mapped[int]
    renderer: Mapped[int]
    html: Mapped[str] = mapped_column(Text)
    has_mermaid: Mapped[bool] = mapped_column(default=False)
    headings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    notice: Mapped[str | None] = mapped_column(String(20))


class Reading(Base):
    """Somebody read an item on a day of the company's calendar; once a day is counted."""

    __tablename__ = "readings"
    __table_args__ = (Index("ix_readings_day", "day", "item_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]


class Tag(Base):
    """A word that items are filed under; its spelling is kept, its `folded` form is unique."""

    __tablename__ = "tags"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(40), unique=True)
    sort_key: Mapped[str] = mapped_column(String(200), index=True)


class ItemTag(Base):
    """A tag on an item."""

    __tablename__ = "item_tags"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, index=True)


class Link(Base):
    """An item's text points to another, by number or by title; resolved when read, under the reader's own rights."""

    __tablename__ = "links"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    target_id: Mapped[int | None] = mapped_column(index=True)
    target_title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH), index=True)
