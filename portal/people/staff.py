"""Who is there when a table of people is read, and what the words of its cells mean for them.

`Reading` reads one line; what does not fit becomes a sentence, never an exception, so that a dry run sees every line.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.kernel.actor import ADMINISTRATOR, MEMBER, PUBLISHER, READER, TRAINER
from portal.kernel.messages import _l
from portal.people import queries
from portal.people.models import User
from portal.people.services import USERNAME

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.people.models import Department

NAME_LENGTH = 80
EMAIL_LENGTH = 200
BETWEEN_ROLES = re.compile(r"[、,，;；/|\s]+")
ROLE_NAMES = {
    "读者": READER,
    "成员": MEMBER,
    "发布者": PUBLISHER,
    "发布员": PUBLISHER,
    "培训师": TRAINER,
    "讲师": TRAINER,
    "管理员": ADMINISTRATOR,
    "系统管理员": ADMINISTRATOR,
    "admin": ADMINISTRATOR,
    **{role: role for role in (READER, MEMBER, PUBLISHER, TRAINER, ADMINISTRATOR)},
}


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is there already."""

    id: int
    username: str
    name: str
    email: str
    department_id: int
    post_id: int | None
    manager_id: int | None
    roles: frozenset[str]
    is_active: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """People by sign-in name, departments by name and by path, posts by name; read in three queries."""

    people: Mapping[str, Known]
    departments: Mapping[str, list[int]]
    posts: Mapping[str, int]
    usernames: Mapping[int, str]

    def manager(self, person: Known) -> str:
        """The sign-in name of somebody's manager, empty when there is none."""
        return self.usernames.get(person.manager_id or 0, "")


def load(session: Session) -> Staff:
    """Who and what is there now."""
    people = {known.username: known for known in _people(session)}
    posts = {
        folded(text): post.id
        for post in queries.posts(session)
        for text in (post.code, post.name_en, post.name)
        if text
    }
    departments = _departments([department for department, _ in queries.departments(session)])
    return Staff(people, departments, posts, {known.id: known.username for known in people.values()})


def folded(text: str) -> str:
    """The form under which two spellings of a word are the same: width and case do not count."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def in_loops(managers: Mapping[str, str]) -> set[str]:
    """Those whose reporting line leads back to themselves.

    Args:
        managers: sign-in name to the manager's; empty for none.
    """
    looped: set[str] = set()
    seen: set[str] = set()
    for start in managers:
        line: dict[str, int] = {}
        current = start
        while current and current not in seen and current not in line:
            line[current] = len(line)
            current = managers.get(current, "")
        if current in line:
            looped.update(list(line)[line[current] :])
        seen.update(line)
    return looped


def _people(session: Session) -> list[Known]:
    columns = (
        User.id, User.username, User.name, User.email, User.department_id, User.post_id, User.manager_id,
        User.roles, User.is_active,
    )  # fmt: skip
    rows = session.execute(select(*columns))
    return [Known(*row[:7], frozenset(filter(None, row.roles.split(","))), row.is_active) for row in rows]


def _departments(found: list[Department]) -> dict[str, list[int]]:
    """Each department under its name, and under its path from every department above it."""
    names = {department.id: department.name for department in found}
    spoken: dict[str, list[int]] = defaultdict(list)
    for department in found:
        path = [folded(names.get(department_id, "")) for department_id in department.lineage]
        for start in range(len(path)):
            spoken["/".join(path[start:])].append(department.id)
    return spoken


@dataclass(slots=True)
class Reading:
    """One line being read.

    Args:
        staff: who is there.
        cells: field to text; a column that the table lacks leaves things as they are.
        present: the person it speaks of, None when they are new.
        coming: the sign-in names of the whole table.
        wrong: sentences about what does not fit.
        remarks: sentences worth knowing.
    """

    staff: Staff
    cells: Mapping[str, str]
    present: Known | None
    coming: set[str]
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def username(self, text: str) -> str:
        """The sign-in name."""
        if not USERNAME.fullmatch(text):
            self._refuse(
                _l(
                    "The user name needs 3 to 60 characters: lower-case letters, digits, dot, underscore, hyphen."
                )
            )
        if self.present and not self.present.is_active:
            self.remarks.append(str(_l("This account is closed and stays closed.")))
        return text

    def name(self) -> str:
        """The name to show."""
        text = self.cells.get("name", "")
        if not 1 <= len(text) <= NAME_LENGTH:
            self._refuse(_l("The name needs 1 to %(n)s characters.", n=NAME_LENGTH))
        return text

    def email(self) -> str:
        """The mail address; may be empty."""
        text = self.cells.get("email", self.present.email if self.present else "")
        if text and ("@" not in text or len(text) > EMAIL_LENGTH or " " in text):
            self._refuse(_l("“%(text)s” is no e-mail address.", text=_cut(text)))
        return text

    def department(self) -> int:
        """Key of the department, 0 when there is none such; an empty cell keeps somebody where they are."""
        text = self.cells.get("department", "")
        if not text and self.present:
            return self.present.department_id
        found = self.staff.departments.get(_path(text), [])
        if not text:
            self._refuse(_l("Say which department this person belongs to."))
        elif not found:
            self._refuse(_l("There is no department “%(text)s”.", text=_cut(text)))
        elif len(found) > 1:
            self._refuse(
                _l("There are several departments “%(text)s”. Write the path, as in A/B.", text=_cut(text))
            )
        return found[0] if found else 0

    def post(self) -> int | None:
        """Key of the post; an empty cell means none."""
        if "post" not in self.cells:
            return self.present.post_id if self.present else None
        text = self.cells["post"]
        found = self.staff.posts.get(folded(text))
        if text and found is None:
            self._refuse(_l("There is no post “%(text)s”.", text=_cut(text)))
        return found

    def roles(self) -> frozenset[str]:
        """Roles of use; an empty cell keeps them, and makes somebody new a member."""
        texts = [text for text in BETWEEN_ROLES.split(folded(self.cells.get("roles", ""))) if text]
        if not texts:
            return self.present.roles if self.present else frozenset({MEMBER})
        for text in texts:
            if text not in ROLE_NAMES:
                self._refuse(_l("There is no role “%(text)s”.", text=_cut(text)))
        return frozenset(ROLE_NAMES[text] for text in texts if text in ROLE_NAMES)

    def manager(self) -> str:
        """Sign-in name of the manager, who may stand further down; an empty cell means none."""
        if "manager" not in self.cells:
            return self.staff.manager(self.present) if self.present else ""
        text = folded(self.cells["manager"])
        known = self.staff.people.get(text)
        if text and known is None and text not in self.coming:
            self._refuse(_l("There is no person “%(text)s” to be the manager.", text=_cut(text)))
        if known and not known.is_active:
            self.remarks.append(str(_l("The account of the manager is closed.")))
        return text

    def _refuse(self, message: object) -> None:
        self.wrong.append(str(message))


def _path(text: str) -> str:
    """A path as people write it: full-width or other strokes, space around them."""
    parts = re.split(r"[/>\\]", folded(text))
    return "/".join(part.strip() for part in parts if part.strip())


def _cut(text: str) -> str:
    return text if len(text) <= NAME_LENGTH else text[:NAME_LENGTH] + "…"
