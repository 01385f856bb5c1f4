"""Verbs of departments. Who may read what follows a move in the same transaction: actors ask for their lineage anew."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.people import policy
from portal.people.models import DEPARTMENT_KINDS, Department, User
from portal.platform import audit
from portal.platform.access import requeue, require
from portal.platform.items import Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MAX_DEPTH = 8


def add_department(
    session: Session, actor: Actor, name: str, kind: str, parent: Department | None
) -> Department:
    """Add a department below another, or the root when there is none yet.

    Raises:
        InvalidError: a field does not fit.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    _check_department(session, name, kind, parent, None)
    code = f"d{secrets.token_hex(4)}"
    department = Department(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
    session.add(department)
    session.flush()
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    session.flush()
    audit.note(session, actor, "department.added", f"dept:{department.id}", name=name)
    return department


def change_department(
    session: Session, actor: Actor, department: Department, name: str, kind: str, parent: Department | None
) -> None:
    """Rename or move a department with everything below it. Who may read what follows at once.

    Raises:
        InvalidError: it would lie below itself, or a field does not fit.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    _check_department(session, name, kind, parent, department)
    old, new = department.path, f"{parent.path if parent else '/'}{department.id}/"
    department.name, department.kind, department.parent_id = name, kind, parent.id if parent else None
    if old != new:
        for below in session.scalars(select(Department).where(Department.path.startswith(old))):
            below.path = new + below.path.removeprefix(old)
    session.flush()
    _requeue_region(session, department)
    audit.note(session, actor, "department.changed", f"dept:{department.id}", name=name, path=new)


def remove_department(session: Session, actor: Actor, department: Department) -> None:
    """Remove an empty department.

    Raises:
        InvalidError: people, departments or documents still belong to it.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    if _in_use(session, department):
        raise InvalidError(
            _l("Only an empty department can be removed. Move its people, teams and documents first.")
        )
    audit.note(session, actor, "department.removed", f"dept:{department.id}", name=department.name)
    session.delete(department)


def _in_use(session: Session, department: Department) -> bool:
    users = select(User.id).where(User.department_id == department.id)
    below = select(Department.id).where(Department.parent_id == department.id)
    written = select(Item.id).where(Item.department_id == department.id)
    return any(session.scalar(select(found.exists())) for found in (users, below, written))


def _requeue_region(session: Session, department: Department) -> None:
    """The region of what was written there is a facet of the index."""
    from_here = select(Department.id).where(Department.path.startswith(department.path))
    requeue(session, session.scalars(select(Item.id).where(Item.department_id.in_(from_here))).all())


def _check_department(
    session: Session, name: str, kind: str, parent: Department | None, own: Department | None
) -> None:
    if not name or kind not in DEPARTMENT_KINDS:
        raise InvalidError(fields={"name": [str(_l("Give the department a name and a kind."))]})
    beside = select(Department.id).where(
        Department.name == name, Department.parent_id == (parent.id if parent else None)
    )
    taken = session.scalar(beside)
    if taken and (own is None or taken != own.id):
        raise InvalidError(fields={"name": [str(_l("There is already a department of this name here."))]})
    if own and parent and parent.path.startswith(own.path):
        raise InvalidError(fields={"parent": [str(_l("A department cannot lie below itself."))]})
    if parent and len(parent.lineage) >= MAX_DEPTH:
        raise InvalidError(fields={"parent": [str(_l("Departments can be %(n)s levels deep.", n=MAX_DEPTH))]})
