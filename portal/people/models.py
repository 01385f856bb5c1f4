"""Tables of people: departments as a tree, posts, users, their profile as an item, sign-ins and tokens."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base
from portal.platform.items import Item

COMPANY, HEADQUARTERS, REGION, TEAM = "company", "headquarters", "region", "team"
DEPARTMENT_KINDS = (COMPANY, HEADQUARTERS, REGION, TEAM)


class Department(Base):
    """A node of the organisation. `path` lists the ids from the root to this one, as `/1/4/9/`."""

    __tablename__ = "departments"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True, default="")
    position: Mapped[int] = mapped_column(default=0)

    @property
    def lineage(self) -> list[int]:
        """Ids from the root to this department."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


class Post(Base):
    """What somebody is in the organisation, such as sales rep, regional manager or trainer."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")


class User(Base):
    """Somebody who signs in. `roles` is a comma-separated set; raising `epoch` ends all sign-ins and tokens at once."""

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    email: Mapped[str] = mapped_column(String(200), default="", index=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    roles: Mapped[str] = mapped_column(String(100), default="member")
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    is_active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    department: Mapped[Department] = relationship(lazy="raise_on_sql")
    post: Mapped[Post | None] = relationship(lazy="raise_on_sql")
    manager: Mapped[User | None] = relationship(lazy="raise_on_sql", remote_side="User.id")

    @property
    def role_set(self) -> frozenset[str]:
        """The roles of use."""
        return frozenset(filter(None, self.roles.split(",")))


class Profile(Item):
    """A person as others see and find them: the title is the name, the body what they say of themselves."""

    __tablename__ = "profiles"
    __mapper_args__ = {"polymorphic_identity": "person"}  # noqa: RUF012 - read by SQLAlchemy

    id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    names: Mapped[str] = mapped_column(String(400), default="")


class SignIn(Base):
    """A session of a browser. Only the hash of its secret is kept."""

    __tablename__ = "sign_ins"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    agent: Mapped[str] = mapped_column(String(200), default="")


class Token(Base):
    """A personal key for the API. Only its hash is kept; its secret is shown once."""

    __tablename__ = "tokens"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Attempt(Base):
    """A failed proof of identity, counted per account name and per network address over every way in."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("ix_attempts_account", "account", "at"),
        Index("ix_attempts_network", "network", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
