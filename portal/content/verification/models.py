"""Tables of verification: what is vouched for, the rules of spaces, and what was done, for undoing it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

NOTE_LENGTH = 200
DOUBT_LENGTH = 500
AUTHOR, EDITORS = "author", "editors"


class Verification(Base):
    """What is vouched for, by whom, and until when.

    `keeper_id` names who was chosen, None the editors of the space; who is responsible *now* is computed from it
    (`keepers.py`) and stored nowhere. `promised_on` is the last day on which the item should be looked at again,
    `due_on` the day that was chosen for it, never later where the keeper's weeks have room. `is_exempt` says that nobody wants
    it verified, whatever the rule of its space. `is_changed`: somebody else than who is responsible has saved it since.
    `turn` counts what was done, so that a page that is out of date undoes nothing it has not seen. `reminded` and
    `left_by` are what the people responsible have been told of.
    """

    __tablename__ = "verifications"
    __table_args__ = (Index("ix_verifications_keeper", "keeper_id", "due_on"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    interval_days: Mapped[int | None]
    promised_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None] = mapped_column(index=True)
    is_exempt: Mapped[bool] = mapped_column(default=False, server_default=false())
    verified_at: Mapped[dt.datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_version: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    is_changed: Mapped[bool] = mapped_column(default=False, server_default=false())
    doubted_at: Mapped[dt.datetime | None]
    doubted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    doubt: Mapped[str] = mapped_column(String(DOUBT_LENGTH), default="")
    turn: Mapped[int] = mapped_column(default=0)
    reminded: Mapped[str] = mapped_column(String(40), default="")
    left_by: Mapped[int | None]


class VerificationRule(Base):
    """What a space wants of every document in it; `keeper` says whose it becomes: its author's or the editors'."""

    __tablename__ = "verification_rules"

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id", ondelete="cascade"), primary_key=True)
    interval_days: Mapped[int]
    keeper: Mapped[str] = mapped_column(String(10), default=AUTHOR)


class VerificationAct(Base):
    """Something that was done with one item or with several at once; `before` is what each was, for going back."""

    __tablename__ = "verification_acts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verb: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime]
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_undone: Mapped[bool] = mapped_column(default=False, server_default=false())
