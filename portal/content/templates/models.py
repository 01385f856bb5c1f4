"""Tables of templates: what they say, which one a space offers first, and what has been filled in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.platform.items import Item

FOLDED_LENGTH = 200


class Template(Item):
    """A template: the title is its name, the body the text that one begins with.

    `pattern` makes titles, `document_type` is the short word for `{type}`, `about` says when one takes it. `fields` are the
    definitions of its fields (see `fields.py`). `shipped` names the file that it came from, `shipped_digest` what that file
    said and `shipped_version` the version that was made of it: as long as it is the newest one, nobody has changed it here.
    """

    __tablename__ = "templates"
    __mapper_args__ = {"polymorphic_identity": "template"}  # noqa: RUF012 - read by SQLAlchemy

    id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    label_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(String(300), default="")
    pattern: Mapped[str] = mapped_column(String(200), default="")
    document_type: Mapped[str] = mapped_column(String(40), default="")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    default_space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"))
    default_tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    shipped: Mapped[str | None] = mapped_column(String(40), unique=True)
    shipped_digest: Mapped[str] = mapped_column(String(64), default="")
    shipped_version: Mapped[int] = mapped_column(default=0)

    def label(self, locale: str) -> str:
        """The name in a language, the Chinese one where no other is given."""
        return self.label_en if locale == "en" and self.label_en else self.title


class SpaceTemplate(Base):
    """The template that a new document of a space begins with."""

    __tablename__ = "space_templates"

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id", ondelete="cascade"), primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("templates.id", ondelete="cascade"))


class Filling(Base):
    """What has been filled into an item, by the definition of one version of a template.

    `former` holds what a later version of the template has no field for, as rows of label and text.
    """

    __tablename__ = "fillings"
    __table_args__ = (Index("ix_fillings_template", "template_id", "item_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("templates.id"))
    template_version: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    former: Mapped[list[list[str]]] = mapped_column(JSON, default=list)


class FieldValue(Base):
    """One value of a filled-in field, for filters and for sorting; made from `Filling.values` and never read alone.

    A cell of a table has the key `table.column` and the number of its row. `sort` orders values of one key as plain text.
    """

    __tablename__ = "field_values"
    __table_args__ = (
        Index("ix_field_values_key", "key", "folded"),
        Index("ix_field_values_type", "type", "folded"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = mapped_column(String(FOLDED_LENGTH), default="")
    number: Mapped[float | None]
    day: Mapped[dt.date | None]
    ref: Mapped[int | None]
    sort: Mapped[str] = mapped_column(String(FOLDED_LENGTH), default="")
