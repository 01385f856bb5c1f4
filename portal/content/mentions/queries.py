"""Reads of mentions: who is named in a text, who of them cannot read it, and whom one may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from portal.content.mentions.models import Mention
from portal.content.reach import people_who_read
from portal.people.models import Department, Post, Profile, User
from portal.people.queries import bearers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from portal.platform.items import Item

MOST_PEOPLE = 8
MOST_DEPARTMENTS = 4
USER, DEPARTMENT = "user:", "dept:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, or a department, that can be named. `token` is what the text keeps."""

    token: str
    name: str
    detail: str
    people: int = 1


def tokens(session: Session, item_id: int) -> list[str]:
    """Whom an item's text names."""
    return sorted(session.scalars(select(Mention.token).where(Mention.item_id == item_id)))


def people(session: Session, named: Collection[str]) -> set[int]:
    """Keys of the active people whom some tokens mean."""
    return set(session.scalars(bearers(sorted(named)))) if named else set()


def unreached(session: Session, item: Item) -> tuple[list[str], list[tuple[str, int]]]:
    """Who is named in an item and may not read it: people by name, departments with how many of theirs."""
    named = tokens(session, item.id)
    if not named:
        return [], []
    readers = people_who_read(session, item)
    single = [int(token.removeprefix(USER)) for token in named if token.startswith(USER)]
    names = (
        select(User.name).where(User.id.in_(set(single) - readers), User.is_active).order_by(User.sort_key)
    )
    missed = {
        int(token.removeprefix(DEPARTMENT)): len(people(session, [token]) - readers)
        for token in named
        if token.startswith(DEPARTMENT)
    }
    departments = select(Department.id, Department.name).where(Department.id.in_(missed))
    return list(session.scalars(names)), [
        (row.name, missed[row.id]) for row in session.execute(departments) if missed[row.id]
    ]


def known(session: Session, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Those of some names that mean exactly one active person or department, with label and kept form."""
    found: dict[str, set[tuple[str, str]]] = {}
    departments = select(Department.id, Department.name).where(Department.name.in_(names))
    for number, name in session.execute(departments):
        found.setdefault(name, set()).add((name, f"{DEPARTMENT}{number}"))
    persons = select(User.username, User.name).where(
        User.is_active, User.name.in_(names) | User.username.in_(names)
    )
    rows = session.execute(persons).all()
    for row in rows:
        found.setdefault(row.name, set()).add((row.name, USER + row.username))
    single = {name: next(iter(meant)) for name, meant in found.items() if len(meant) == 1 and name in names}
    return single | {row.username: (row.name, USER + row.username) for row in rows if row.username in names}


def choices(session: Session, text: str) -> list[Choice]:
    """People and departments whose name, spelling or sign-in name contains a text, the best matches first."""
    folded = text.strip().lower()
    return [*_persons(session, folded), *_departments(session, folded)]


def _persons(session: Session, folded: str) -> Sequence[Choice]:
    begins = case(
        (User.name.startswith(folded, autoescape=True), 0),
        (User.username.startswith(folded, autoescape=True), 0),
        (Profile.names.contains(" " + folded, autoescape=True), 1),
        else_=2,
    )
    found = (
        select(User.username, User.name, Department.name.label("department"), Post.name.label("post"))
        .join(Department, Department.id == User.department_id)
        .join(Profile, Profile.user_id == User.id)
        .outerjoin(Post, Post.id == User.post_id)
        .where(
            User.is_active,
            User.name.contains(folded, autoescape=True) | Profile.names.contains(folded, autoescape=True),
        )
        .order_by(begins, User.sort_key, User.id)
        .limit(MOST_PEOPLE)
    )
    return [
        Choice(USER + row.username, row.name, " · ".join(filter(None, (row.department, row.post))))
        for row in session.execute(found)
    ]


def _departments(session: Session, folded: str) -> Sequence[Choice]:
    """With how many people one reaches by naming it, so that nobody wakes a whole company unawares."""
    if not folded:
        return []
    found = session.scalars(
        select(Department)
        .where(func.lower(Department.name).contains(folded, autoescape=True))
        .order_by(Department.position, Department.id)
        .limit(MOST_DEPARTMENTS)
    )
    return [
        Choice(f"{DEPARTMENT}{each.id}", each.name, "", len(people(session, [f"{DEPARTMENT}{each.id}"])))
        for each in found
    ]
