"""Departments, posts, people and spaces of the demo company."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from portal.content import actors
from portal.content.spaces import services as spaces
from portal.content.spaces.models import Space
from portal.content.spaces.services import SpaceInput
from portal.content.templates.models import Template
from portal.kernel.actor import Actor
from portal.people import organisation
from portal.people import services as people
from portal.people.credentials import hash_password
from portal.people.models import Department, Post, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from portal.demo.source import Company

PASSWORD = "zhiying-demo-2026"  # noqa: S105 - printed on the sign-in page of a demonstration


@dataclass(slots=True)
class Organisation:
    """The rows that were made, by the keys that the folder uses."""

    departments: dict[str, Department] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)

    def token(self, written: str) -> str:
        """An access token of the folder, e.g. `dept:east` or `user:chenxi`, with the key of the row."""
        kind, _, key = written.partition(":")
        if kind == "dept":
            return f"dept:{self.departments[key].id}"
        return f"user:{self.users[key].id}" if kind == "user" else written

    def tokens(self, written: Iterable[str]) -> frozenset[str]:
        """Several of them."""
        return frozenset(self.token(each) for each in written)

    def author(self, username: str, space: str) -> Actor:
        """Somebody who writes in a space. A guest's text in a closed space is let in as by one of its editors."""
        actor = self.actors[username]
        return replace(actor, edits=actor.edits | {self.spaces[space].id})


def build(session: Session, company: Company, zone: ZoneInfo) -> Organisation:
    """Make the organisation as it stood before the first document."""
    made = Organisation()
    system = actors.system(company.begin, zone)
    _departments(session, system, company, made)
    _posts(session, company, made)
    _people(session, system, company, made)
    _spaces(session, system, company, made)
    for username, user in made.users.items():
        actor = actors.load(session, user.id, company.begin, zone)
        assert actor is not None  # noqa: S101 - was made active above
        made.actors[username] = actor
    _abouts(session, company, made)
    return made


def _departments(session: Session, system: Actor, company: Company, made: Organisation) -> None:
    for position, facts in enumerate(company.facts["departments"]):
        parent = made.departments.get(facts.get("parent", ""))
        department = organisation.add_department(session, system, facts["name"], facts["kind"], parent)
        department.code, department.position = facts["key"], position
        made.departments[facts["key"]] = department
    session.flush()


def _posts(session: Session, company: Company, made: Organisation) -> None:
    for facts in company.facts["posts"]:
        made.posts[facts["key"]] = Post(code=facts["key"], name=facts["name"], name_en=facts["name_en"])
    session.add_all(made.posts.values())
    session.flush()


def _people(session: Session, system: Actor, company: Company, made: Organisation) -> None:
    # One hash for all: Argon2 is slow on purpose, and this password is no secret.
    hashed = hash_password(PASSWORD)
    for facts in company.facts["people"]:
        manager = made.users.get(facts.get("manager", ""))
        wanted = people.PersonInput(
            username=facts["username"],
            name=facts["name"],
            email=f"{facts['username']}@hengyue.example",
            department_id=made.departments[facts["department"]].id,
            post_id=made.posts[facts["post"]].id,
            manager_id=manager.id if manager else None,
            roles=frozenset(facts["roles"]),
        )
        user = people.add_person(session, system, wanted)
        user.password_hash = hashed
        made.users[user.username] = user
    session.flush()


def _spaces(session: Session, system: Actor, company: Company, made: Organisation) -> None:
    for position, facts in enumerate(company.facts["spaces"]):
        wanted = SpaceInput(
            name=facts["name"],
            name_en=facts["name_en"],
            about=facts["about"],
            is_open=facts["open"],
            readers=made.tokens(facts["audience"]),
            editors=frozenset(made.users[username].id for username in facts["editors"]),
        )
        space = spaces.create(session, system, facts["key"], wanted)
        space.position = position
        made.spaces[space.key] = space
    session.flush()


def _abouts(session: Session, company: Company, made: Organisation) -> None:
    for facts in company.facts["people"]:
        people.describe(session, made.actors[facts["username"]], facts["about"])
    session.flush()
