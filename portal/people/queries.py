"""Reads of people: the reporting line, the directory, departments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.kernel.errors import NotFoundError
from portal.people.models import REGION, Department, Post, User
from portal.platform.access import columns
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MAX_LINE = 20  # levels of a reporting line that are followed; a circle in old data must not run for ever
Manager = aliased(User, name="manager")


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the directory."""

    id: int
    username: str
    name: str
    email: str
    is_active: bool
    department_id: int
    department: str
    post: str
    manager_name: str
    manager_username: str
    roles: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What somebody has written that the reader may read."""

    documents: int = 0
    replies: int = 0
    last_at: dt.datetime | None = None


def people() -> Select[*tuple[Any, ...]]:
    """Statement for the columns of `Person`, in pinyin order."""
    return (
        select(
            User.id,
            User.username,
            User.name,
            User.email,
            User.is_active,
            User.department_id,
            Department.name,
            func.coalesce(Post.name, ""),
            func.coalesce(Manager.name, ""),
            func.coalesce(Manager.username, ""),
            User.roles,
        )
        .join(Department, Department.id == User.department_id)
        .outerjoin(Post, Post.id == User.post_id)
        .outerjoin(Manager, Manager.id == User.manager_id)
        .order_by(User.sort_key, User.id)
    )


def directory(
    session: Session, text: str = "", department: Department | None = None, *, everyone: bool = False
) -> list[Person]:
    """People whose name, spelling or sign-in name contains a text, in a department or below it.

    Args:
        session: open session.
        text: part of a name; empty for all.
        department: root of the part of the tree to look at, None for all of it.
        everyone: whether to list those who have left, too.
    """
    found = people()
    if text:
        like = text.strip().lower()
        columns_ = (User.name, User.username, User.sort_key)
        found = found.where(or_(*(column.contains(like, autoescape=True) for column in columns_)))
    if department:
        found = found.where(Department.path.startswith(department.path))
    if not everyone:
        found = found.where(User.is_active)
    return [Person(*row) for row in session.execute(found)]


def person(session: Session, username: str) -> Person:
    """One person by the name they sign in with.

    Raises:
        NotFoundError: there is none.
    """
    row = session.execute(people().where(User.username == username)).first()
    if row is None:
        raise NotFoundError
    return Person(*row)


def user(session: Session, username: str) -> User:
    """The row of a person, for changing it.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(select(User).where(User.username == username))
    if found is None:
        raise NotFoundError
    return found


def reports(session: Session, user_id: int) -> list[tuple[Person, int]]:
    """Everybody who reports to somebody, directly (depth 1) or indirectly, in the order of the tree."""
    start = select(User.id, literal(1).label("depth")).where(User.manager_id == user_id)
    line = start.cte("line", recursive=True)
    below = aliased(User)
    deeper = (
        select(below.id, line.c.depth + 1)
        .join(line, below.manager_id == line.c.id)
        .where(line.c.depth < MAX_LINE)
    )
    line = line.union(deeper)
    rows = session.execute(people().join(line, line.c.id == User.id).add_columns(line.c.depth))
    found = {row[0]: (Person(*row[:-1]), row[-1]) for row in rows}
    return _in_tree_order(found)


def _in_tree_order(found: dict[int, tuple[Person, int]]) -> list[tuple[Person, int]]:
    by_manager: dict[str, list[tuple[Person, int]]] = {}
    for entry in found.values():
        by_manager.setdefault(entry[0].manager_username, []).append(entry)
    ordered: list[tuple[Person, int]] = []
    waiting = [entry for entry in reversed(list(found.values())) if entry[1] == 1]
    while waiting:
        entry = waiting.pop()
        ordered.append(entry)
        waiting.extend(reversed(by_manager.get(entry[0].username, [])))
    return ordered


def contributions(session: Session, actor: Actor, user_ids: Sequence[int]) -> dict[int, Contribution]:
    """Published documents and replies of each person that the actor may read, in one query."""
    documents = func.count().filter(Item.kind == "document")
    replies = func.count().filter(Item.kind == "reply")
    found = (
        columns(actor, Item.author_id, documents, replies, func.max(Item.published_at))
        .where(Item.author_id.in_(user_ids), Item.state == PUBLISHED, Item.kind != "person")
        .group_by(Item.author_id)
    )
    return {row[0]: Contribution(*row[1:]) for row in session.execute(found)}


def departments(session: Session) -> list[tuple[Department, int]]:
    """The tree of departments, depth first, each with its depth (0 at the root)."""
    found = session.scalars(select(Department).order_by(Department.position, Department.id)).all()
    below: dict[int | None, list[Department]] = {}
    for department in found:
        below.setdefault(department.parent_id, []).append(department)
    ordered: list[tuple[Department, int]] = []
    waiting = [(root, 0) for root in reversed(below.get(None, []))]
    while waiting:
        department, depth = waiting.pop()
        ordered.append((department, depth))
        waiting.extend((child, depth + 1) for child in reversed(below.get(department.id, [])))
    return ordered


def department(session: Session, department_id: int) -> Department:
    """One department.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(select(Department).where(Department.id == department_id))
    if found is None:
        raise NotFoundError
    return found


def headcount(session: Session) -> dict[int, int]:
    """Active people of each department itself, not of what lies below it."""
    rows = session.execute(
        select(User.department_id, func.count()).where(User.is_active).group_by(User.department_id)
    )
    return {department_id: count for department_id, count in rows}  # noqa: C416 - dict() loses the types


def posts(session: Session) -> Sequence[Post]:
    """All posts, in the order they were made."""
    return session.scalars(select(Post).order_by(Post.id)).all()


def regions(session: Session) -> Sequence[Department]:
    """The regions, in their order."""
    found = select(Department).where(Department.kind == REGION).order_by(Department.position, Department.id)
    return session.scalars(found).all()


def bearers(tokens: Sequence[str]) -> Select[int]:
    """Keys of the active people who carry one of the plain tokens `all`, `dept:…`, `post:…`, `user:…` or a joined one."""
    found = select(User.id).join(Department).outerjoin(Post, Post.id == User.post_id)
    wanted = or_(*(_carries(token) for token in tokens)) if tokens else literal(value=False)
    return found.where(User.is_active, wanted)


def _carries(token: str) -> ColumnElement[bool]:
    return and_(*(_carries_part(part) for part in token.split("+")))


def _carries_part(part: str) -> ColumnElement[bool]:
    kind, _, value = part.partition(":")
    if kind == "dept":
        return Department.path.contains(f"/{int(value)}/")
    if kind == "user":
        return User.id == int(value)
    return Post.code == value if kind == "post" else literal(kind == "all")
