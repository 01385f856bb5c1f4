"""Who is asked to sign what: the access rule read backwards for many items at once.

Lists, progress and reminders ask for all must-reads together; the number of statements does not grow with them. What
comes out is the same as `reach.people_who_read` gives for each item (a test compares).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.actors import own_tokens
from portal.content.spaces.models import SpaceEditor, SpaceReader
from portal.people.models import Department, Post, User
from portal.platform.items import PUBLISHED, Audience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.content.must_reads.models import MustRead
    from portal.platform.items import Item


@dataclass(frozen=True, slots=True)
class Someone:
    """An active person with what lists show of them."""

    id: int
    name: str
    username: str
    department_id: int
    department: str
    path: str
    post: str

    @property
    def lineage(self) -> list[int]:
        """Departments from the root to their own."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


@dataclass(frozen=True, slots=True)
class Census:
    """All active people at one moment, in pinyin order, and who of them bears each token."""

    people: Mapping[int, Someone]
    bearers: Mapping[str, set[int]]

    def among(self, tokens: Iterable[str]) -> set[int]:
        """Keys of the people who bear one of the tokens."""
        return set().union(*(self.bearers.get(token, set()) for token in tokens))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a must-read reaches: those who are asked, and those who are meant but may not read the item."""

    people: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()


def take(session: Session) -> Census:
    """Count everybody, in three statements."""
    people: dict[int, Someone] = {}
    bearers: dict[str, set[int]] = defaultdict(set)
    rows = (
        select(
            User.id, User.name, User.username, User.department_id, Department.name, Department.path,
            Post.name, Post.code,
        )
        .join(Department, Department.id == User.department_id)
        .outerjoin(Post, Post.id == User.post_id)
        .where(User.is_active)
        .order_by(User.sort_key, User.id)
    )  # fmt: skip
    for row in session.execute(rows):
        facts: list[Any] = list(row)
        someone = Someone(*[*facts[:-2], facts[-2] or ""])
        people[someone.id] = someone
        for token in own_tokens(someone.id, someone.lineage, facts[-1]):
            bearers[token].add(someone.id)
    _add_spaces(session, people, bearers)
    return Census(people, bearers)


def _add_spaces(session: Session, people: Mapping[int, Someone], bearers: dict[str, set[int]]) -> None:
    for space_id, token in session.execute(select(SpaceReader.space_id, SpaceReader.token)):
        bearers[f"space:{space_id}"] |= bearers.get(token, set())
    for space_id, user_id in session.execute(select(SpaceEditor.space_id, SpaceEditor.user_id)):
        if user_id in people:
            bearers[f"space:{space_id}"].add(user_id)
            bearers[f"editors:{space_id}"].add(user_id)


def asked(session: Session, census: Census, must_reads: Iterable[tuple[MustRead, Item]]) -> dict[int, Asked]:
    """Whom each must-read reaches now, by its key, in one statement.

    Nobody is asked for what is not published, for their own text, or for what they may not read.
    """
    pairs = list(must_reads)
    tokens = _tokens(session, {item.id for _, item in pairs})
    return {
        must_read.id: reached(census, item, must_read.tokens, tokens[item.id]) for must_read, item in pairs
    }


def asked_of(session: Session, item: Item, chosen: Iterable[str], census: Census | None = None) -> Asked:
    """Whom an audience of one item would reach."""
    return reached(census or take(session), item, chosen, _tokens(session, {item.id})[item.id])


def reached(census: Census, item: Item, chosen: Iterable[str], readers: Iterable[str]) -> Asked:
    """Who bears one of the chosen tokens, parted by whether they may read the item."""
    if item.state != PUBLISHED:
        return Asked()
    meant = census.among(chosen) - {item.author_id}
    reading = census.among(readers)
    return Asked(frozenset(meant & reading), frozenset(meant - reading))


def _tokens(session: Session, item_ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = select(Audience.item_id, Audience.token).where(Audience.item_id.in_(item_ids))
    for item_id, token in session.execute(rows):
        found[item_id].add(token)
    return found
