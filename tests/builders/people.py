"""People, departments, posts, and who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content import actors
from portal.kernel import clock
from portal.kernel.actor import ADMINISTRATOR, MEMBER, Actor
from portal.people import credentials, organisation, services
from portal.people.models import COMPANY, REGION, Department, Post, User
from portal.people.services import PersonInput
from tests.builders.moments import NOW, ZONE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DAYS = 30


def system() -> Actor:
    """The portal itself, who may make people and spaces."""
    return actors.system(NOW, ZONE)


def root(session: Session) -> Department:
    """The company; made when there is none yet."""
    found = session.scalar(select(Department).where(Department.parent_id.is_(None)))
    return found or organisation.add_department(session, system(), "恒昌新材料", COMPANY, None)


def department(
    session: Session,
    name: str = "华东大区",
    kind: str = REGION,
    parent: Department | None = None,
    code: str = "",
) -> Department:
    """A department, directly below the company unless another parent is given."""
    made = organisation.add_department(session, system(), name, kind, parent or root(session))
    made.code = code or made.code
    session.flush()
    return made


def post(
    session: Session, code: str = "rep", name: str = "销售代表", name_en: str = "Sales representative"
) -> Post:
    """A post, of which there is one per code."""
    found = session.scalar(select(Post).where(Post.code == code))
    if found is None:
        found = Post(code=code, name=name, name_en=name_en)
        session.add(found)
        session.flush()
    return found


def person(
    session: Session,
    username: str = "liming",
    name: str = "李明",
    *,
    department: Department | None = None,
    post: Post | None = None,
    manager: User | None = None,
    roles: frozenset[str] = frozenset({MEMBER}),
    email: str = "",
) -> User:
    """Somebody without a password: `Browser.sign_in` needs none, and hashing one would cost a quarter of a second."""
    wanted = PersonInput(
        username=username,
        name=name,
        email=email,
        department_id=(department or root(session)).id,
        post_id=post.id if post else None,
        manager_id=manager.id if manager else None,
        roles=roles,
    )
    return services.add_person(session, system(), wanted)


def administrator(session: Session, username: str = "guanli", name: str = "管理员") -> User:
    """Somebody who administers people and spaces."""
    return person(session, username, name, roles=frozenset({MEMBER, ADMINISTRATOR}))


def actor_of(session: Session, user: User | str) -> Actor:
    """What a person is and may read now."""
    username = user if isinstance(user, str) else user.username
    found = actors.by_username(session, username, clock.now(), ZONE)
    assert found is not None, f"{username} is unknown or deactivated"
    return found


def token(session: Session, user: User, days: int = DAYS) -> str:
    """The secret of a new personal token."""
    return credentials.issue_token(session, user, "报表", clock.now(), days)
