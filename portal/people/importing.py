"""People from a table: what each line would do, and doing it all at once when an administrator says so.

Knows neither the upload nor the page; `sheets.py` reads the table, `staff.py` says who is there already and what the
words of a cell mean.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.kernel.actor import ADMINISTRATOR
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.people import credentials, policy, services, staff
from portal.people.models import User
from portal.people.services import PersonInput
from portal.platform import audit
from portal.platform.access import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.people.sheets import Row
    from portal.people.staff import Known, Staff

PASSWORDS_AT_ONCE = 100  # each costs a tenth of a second, on purpose

OK, UNCHANGED, CHANGED, ERROR = "ok", "unchanged", "changed", "error"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What a line does, or would do.

    Args:
        line: where it stands in the file.
        status: `ok` adds somebody, `changed` changes somebody, `unchanged` does nothing, `error` cannot be done.
        username: as read.
        name: as read.
        messages: sentences about it.
        wanted: what it asks for; its `manager_id` is filled in when it is applied.
        manager: sign-in name of the manager, empty for none.
        user_id: key of the person it speaks of, None when they are new.
    """

    line: int
    status: str
    username: str
    name: str
    messages: tuple[str, ...] = ()
    wanted: PersonInput | None = None
    manager: str = ""
    user_id: int | None = None


def plan(session: Session, actor: Actor, rows: Sequence[Row]) -> list[RowResult]:
    """What each line would do; nothing is changed, and no error stops the rest from being looked at.

    Raises:
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    known = staff.load(session)
    coming = {_username(row) for row in rows}
    results = [_result(known, row, coming) for row in rows]
    results = list(_without_repeats(results))
    looped = staff.in_loops(_managers(known, results))
    return [_last_look(result, looped, actor, known) for result in results]


def apply(session: Session, actor: Actor, results: Sequence[RowResult]) -> list[int]:
    """Do what was planned, all of it or, when an exception leaves here, nothing.

    Args:
        session: open session, the one in which the results were just planned.
        actor: an administrator.
        results: of `plan`.

    Returns:
        The keys of the people added.

    Raises:
        InvalidError: a line has an error.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    if any(result.status == ERROR for result in results):
        raise InvalidError(_l("Some lines have errors. Nothing was changed."))
    ids = {person.username: person.id for person in staff.load(session).people.values()}
    users = _users(session, results)
    added = [_apply_row(session, actor, result, ids, users) for result in _from_the_top(results)]
    audit.note(session, actor, "people.imported", "people", lines=len(results))
    return [user_id for user_id in added if user_id]


def initial_passwords(session: Session, actor: Actor, user_ids: Sequence[int]) -> list[tuple[str, str, str]]:
    """Give passwords to active people who have none, at most `PASSWORDS_AT_ONCE` of them.

    Returns:
        Name, sign-in name and password of each, for handing over once.

    Raises:
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    # Hashing is slow on purpose; it is done before the first query, so that it never holds the database's write lock.
    prepared = [_prepared() for _ in user_ids[:PASSWORDS_AT_ONCE]]
    without = User.id.in_(user_ids), User.is_active, User.password_hash == ""
    users = session.scalars(select(User).where(*without).order_by(User.id).limit(PASSWORDS_AT_ONCE)).all()
    for user, (_password, hashed) in zip(users, prepared, strict=False):
        user.password_hash = hashed
        audit.note(session, actor, "person.password", f"user:{user.id}")
    return [(user.name, user.username, given[0]) for user, given in zip(users, prepared, strict=False)]


def _prepared() -> tuple[str, str]:
    """A password and its hash. It begins with a letter or a digit: a spreadsheet must not take it for a formula."""
    password = services.initial_password()
    while not password[0].isalnum():
        password = services.initial_password()
    return password, credentials.hash_password(password)


def _username(row: Row) -> str:
    return unicodedata.normalize("NFKC", row.cells.get("username", "")).lower()


def _result(known: Staff, row: Row, coming: set[str]) -> RowResult:
    username, name = _username(row), row.cells.get("name", "")
    if row.problem:
        return RowResult(row.line, ERROR, username, name, (row.problem,))
    present = known.people.get(username)
    reading = staff.Reading(known, row.cells, present, coming)
    wanted = PersonInput(
        username=reading.username(username),
        name=reading.name(),
        email=reading.email(),
        department_id=reading.department(),
        post_id=reading.post(),
        roles=reading.roles(),
    )
    manager = reading.manager()
    status = ERROR if reading.wrong else _status(known, present, wanted, manager)
    messages = (*reading.wrong, *reading.remarks)
    return RowResult(
        row.line, status, username, name, messages, wanted, manager, present.id if present else None
    )


def _status(known: Staff, present: Known | None, wanted: PersonInput, manager: str) -> str:
    if present is None:
        return OK
    now = (
        present.name,
        present.email,
        present.department_id,
        present.post_id,
        present.roles,
        known.manager(present),
    )
    then = (wanted.name, wanted.email, wanted.department_id, wanted.post_id, wanted.roles, manager)
    return UNCHANGED if now == then else CHANGED


def _without_repeats(results: Sequence[RowResult]) -> Iterator[RowResult]:
    first: dict[str, int] = {}
    for result in results:
        line = first.setdefault(result.username, result.line)
        if line == result.line or not result.username:
            yield result
        else:
            yield _failed(result, _l("This name to sign in with stands in line %(line)s already.", line=line))


def _managers(known: Staff, results: Sequence[RowResult]) -> dict[str, str]:
    """The reporting line as it would be: sign-in name to the manager's."""
    now = {username: known.manager(person) for username, person in known.people.items()}
    return now | {result.username: result.manager for result in results if result.status != ERROR}


def _last_look(result: RowResult, looped: set[str], actor: Actor, known: Staff) -> RowResult:
    if result.status == ERROR or not result.wanted:
        return result
    if result.username in looped:
        return _failed(
            result, _l("The reporting line would run in a circle: somebody would be their own superior.")
        )
    own = known.people.get(result.username)
    if own and own.id == actor.user_id and ADMINISTRATOR not in result.wanted.roles:
        return _failed(result, _l("You cannot take the role of administrator from yourself."))
    return result


def _failed(result: RowResult, message: object) -> RowResult:
    return replace(result, status=ERROR, messages=(*result.messages, str(message)))


def _users(session: Session, results: Sequence[RowResult]) -> dict[int, User]:
    changed = [result.user_id for result in results if result.status == CHANGED and result.user_id]
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(changed)))}


def _from_the_top(results: Sequence[RowResult]) -> list[RowResult]:
    """Superiors before those who report to them: every manager then has a key, and no step makes a circle."""
    waiting = {result.username: result for result in results if result.status in {OK, CHANGED}}
    ordered: list[RowResult] = []
    for start in list(waiting):
        line: list[RowResult] = []
        current = start
        while current in waiting:
            line.append(waiting.pop(current))
            current = line[-1].manager
        ordered.extend(reversed(line))
    return ordered


def _apply_row(
    session: Session, actor: Actor, result: RowResult, ids: dict[str, int], users: Mapping[int, User]
) -> int | None:
    """Add or change one person; the key of somebody new, and nothing for somebody known."""
    if result.wanted is None:
        return None
    wanted = replace(result.wanted, manager_id=ids.get(result.manager))
    if result.user_id:
        user = users[result.user_id]
        services.change_person(session, actor, user, wanted, user.version)
        return None
    ids[result.username] = services.add_person(session, actor, wanted).id
    return ids[result.username]
