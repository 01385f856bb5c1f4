"""Choosing readers: access tokens as people understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import EVERYONE
from portal.kernel.messages import _l
from portal.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def choices(session: Session, *, with_everyone: bool = True) -> list[tuple[str, str]]:
    """Tokens that one may choose, with their labels: everyone, departments, posts, people."""
    found = [(EVERYONE, str(_l("Everyone")))] if with_everyone else []
    departments = people.departments(session)
    found += [(f"dept:{department.id}", department.name) for department, _ in departments]
    found += [(f"post:{post.code}", post.name) for post in people.posts(session)]
    return found + [
        (f"user:{person.id}", f"{person.name}（{person.username}）") for person in people.directory(session)
    ]


def label(session: Session, tokens: Iterable[str]) -> str:
    """A set of tokens in words."""
    names = dict(choices(session))
    return str(_l(", ")).join(_name(names, token) for token in sorted(tokens))


def _name(names: dict[str, str], token: str) -> str:
    """`dept:3+post:rep` is said as both names joined."""
    return " · ".join(names.get(part, part) for part in token.split("+"))
