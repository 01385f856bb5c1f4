"""Choosing readers: access tokens as people understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import EVERYONE
from portal.kernel.messages import _l
from portal.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def choices(session: Session, kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Tokens that one may choose, with their labels: everyone, departments, posts, people.

    Args:
        session: open session.
        kept: tokens that are chosen now; those that nobody could choose anew (both a department and a post, somebody
            who has left) are offered too, so that saving a form does not drop them.
    """
    found = _plain(session)
    known = {token for token, _label in found}
    return found + [(token, label(session, [token])) for token in kept if token not in known]


def _plain(session: Session, *, everyone: bool = False) -> list[tuple[str, str]]:
    found = [(EVERYONE, str(_l("Everyone")))]
    departments = people.departments(session)
    found += [(f"dept:{department.id}", department.name) for department, _ in departments]
    found += [(f"post:{post.code}", post.name) for post in people.posts(session)]
    return found + [
        (f"user:{person.id}", f"{person.name}（{person.username}）")
        for person in people.directory(session, everyone=everyone)
    ]


def label(session: Session, tokens: Iterable[str]) -> str:
    """A set of tokens in words."""
    names = dict(_plain(session, everyone=True))
    return str(_l(", ")).join(_name(names, token) for token in sorted(tokens))


def _name(names: dict[str, str], token: str) -> str:
    """`dept:3+post:rep` is said as both names joined."""
    return " · ".join(names.get(part, part) for part in token.split("+"))
