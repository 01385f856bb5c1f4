"""The table of documents: what they have beyond every item."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.items import Item


class Document(Item):
    """A document. `source_name` and `source_digest` tell the file it was imported from, empty when written here."""

    __tablename__ = "documents"
    __mapper_args__ = {"polymorphic_identity": "document"}  # noqa: RUF012 - read by SQLAlchemy

    id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    source_name: Mapped[str] = mapped_column(String(300), default="")
    source_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
