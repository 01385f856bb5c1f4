"""How far people are with a must-read, person by person and department by department, as far as the reader may know.

Whoever asked and the editors of the space see everybody; a manager sees those who report to them, directly or not, and all
figures count these alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content.must_reads import census, policy, queries
from portal.content.must_reads.census import Someone
from portal.kernel.messages import Message, _l
from portal.people import queries as people

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.must_reads.census import Census
    from portal.content.must_reads.models import MustRead
    from portal.content.must_reads.queries import Signed
    from portal.kernel.actor import Actor
    from portal.platform.items import Item

SIGNED, AGAIN, OPEN = "signed", "again", "open"
STATES: dict[str, Message] = {
    OPEN: _l("Not signed yet"),
    AGAIN: _l("Signed an earlier version"),
    SIGNED: _l("Signed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """How far one person is."""

    person: Someone
    state: str
    version: int | None
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a department is, with all that lies below it."""

    id: int
    name: str
    depth: int
    signed: int
    asked: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far everybody is whom the reader sees; `left_out` are those meant who may not read the item."""

    rows: Sequence[Row]
    sees_everybody: bool
    left_out: int = 0

    @property
    def asked(self) -> int:
        """How many are asked."""
        return len(self.rows)

    @property
    def signed(self) -> int:
        """How many of them have signed what has to be signed."""
        return self.count(SIGNED)

    def count(self, *states: str) -> int:
        """How many are in one of the states."""
        return sum(row.state in states for row in self.rows)

    def below(self, department_id: int | None, state: str | None = None) -> list[Row]:
        """The people of a department and of all below it, in a state; of all without one."""
        return [
            row
            for row in self.rows
            if (department_id is None or department_id in row.person.lineage) and state in {None, row.state}
        ]


def of_one(session: Session, actor: Actor, must_read: MustRead, item: Item) -> Progress | None:
    """The progress of one must-read; None when the actor sees nobody's."""
    counted = census.take(session)
    asked = census.asked_of(session, item, must_read.tokens, counted)
    signed = queries.signatures(session, [must_read.id])[must_read.id]
    line = line_of(session, actor, counted)
    return _progress(actor, counted, line, must_read, item, asked, signed)


def of_many(
    session: Session, actor: Actor, tasks: Sequence[queries.Task], counted: Census, line: set[int]
) -> dict[int, Progress]:
    """The progress of each must-read of a list, by its key; the number of statements does not grow with them."""
    must_reads = [task.must_read for task in tasks]
    queries.with_audience(session, [one.id for one in must_reads])
    items = queries.items_of(session, actor, {one.item_id for one in must_reads})
    pairs = [(one, items[one.item_id]) for one in must_reads if one.item_id in items]
    asked = census.asked(session, counted, pairs)
    signed = queries.signatures(session, asked)
    found = {
        one.id: _progress(actor, counted, line, one, item, asked[one.id], signed[one.id])
        for one, item in pairs
    }
    return {must_read_id: progress for must_read_id, progress in found.items() if progress}


def line_of(session: Session, actor: Actor, counted: Census) -> set[int]:
    """The active people who report to the actor, directly or not."""
    return {person.id for person, _depth in people.reports(session, actor.user_id)} & set(counted.people)


def line_tokens(counted: Census, line: set[int]) -> set[str]:
    """All tokens that somebody of a reporting line bears."""
    return {token for token, bearers in counted.bearers.items() if bearers & line}


def bars(session: Session, progress: Progress) -> list[Bar]:
    """The tree of departments in which somebody is asked."""
    asked: dict[int, int] = {}
    signed: dict[int, int] = {}
    for row in progress.rows:
        for department_id in row.person.lineage:
            asked[department_id] = asked.get(department_id, 0) + 1
            signed[department_id] = signed.get(department_id, 0) + (row.state == SIGNED)
    return [
        Bar(department.id, department.name, depth, signed[department.id], asked[department.id])
        for department, depth in people.departments(session)
        if department.id in asked
    ]


def _progress(  # noqa: PLR0913, PLR0917 - what was fetched for all must-reads together
    actor: Actor,
    counted: Census,
    line: set[int],
    must_read: MustRead,
    item: Item,
    asked: census.Asked,
    signed: dict[int, Signed],
) -> Progress | None:
    everybody = policy.may_see_everybody(actor, item, must_read)
    seen = asked.people if everybody else asked.people & line
    if not everybody and not seen:
        return None
    rows = [
        _row(person, must_read, signed.get(person.id))
        for person in counted.people.values()
        if person.id in seen
    ]
    return Progress(rows, everybody, len(asked.left_out) if everybody else 0)


def _row(person: Someone, must_read: MustRead, signed: Signed | None) -> Row:
    if signed is None:
        return Row(person, OPEN, None, None)
    state = SIGNED if signed.version >= must_read.required_version else AGAIN
    return Row(person, state, signed.version, signed.at)
