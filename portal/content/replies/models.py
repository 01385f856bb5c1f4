"""The table of replies: items whose holder is the item they stand under."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.items import Item


class Reply(Item):
    """A reply. `holder_id` is the item discussed, `parent_id` the reply answered, None at the top of a thread."""

    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)

    # SQLAlchemy reads this; `id` is the column above.
    __mapper_args__ = {"polymorphic_identity": "reply", "inherit_condition": id == Item.id}  # noqa: RUF012, A003
