"""Loading the demo company into an empty installation: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.demo import (
    asking,
    attachments,
    notices,
    organisation,
    phrases,
    reads,
    reviews,
    revisions,
    source,
    templates,
    tidiness,
    verification,
    writings,
)
from portal.demo.organisation import PASSWORD
from portal.kernel.errors import ConflictError
from portal.people.models import User

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

WHO = {
    "rep": "lina",
    "editor": "linyue",
    "publisher": "linyue",
    "trainer": "tangning",
    "manager": "chenxi",
    "admin": "jinli",
    "space": "market",
}
SHOWN = (
    ("lina", "销售员 · 华北"),
    ("chenxi", "大区经理 · 华东"),
    ("linyue", "市场部 · 情报发布"),
    ("dengke", "技术支持工程师"),
    ("tangning", "销售培训师"),
    ("jinli", "门户管理员"),
)
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, in figures."""

    people: int
    spaces: int
    documents: int
    replies: int
    readings: int


def is_there(session: Session) -> bool:
    """Whether the demo company is in this database already.

    Raises:
        ConflictError: other people are; the demo company would mix with them.
    """
    present = set(session.scalars(select(User.username)))
    if present and not set(WHO.values()) - {WHO["space"]} <= present:
        raise ConflictError("There are other people in this database. The demo company needs an empty one.")
    return bool(present)


def load(sessions: sessionmaker[Session], settings: Settings, today: dt.date, tell: Tell) -> Loaded:
    """Load the company.

    Args:
        sessions: opens sessions on an empty, migrated database.
        settings: of the installation.
        today: the day on which it is to look current.
        tell: called with how many texts are ready, and how many there are.
    """
    company = source.read(today, settings.zone)
    texts = writings.prepare_all(company, tell)
    requests = reviews.prepare_all(company)
    versions = revisions.prepare_all(company)
    files = attachments.prepare(settings)
    with sessions.begin() as session:
        made = organisation.build(session, company, settings.zone)
        made.templates = templates.install(session, made)
        written = writings.write(session, company, made, texts)
        session.flush()
        attachments.attach(session, company, made, written.documents, files)
        revisions.save(session, made, written, versions)
        phrases.retire(session, settings, company.end)
        reviews.ask(session, settings, requests, made.spaces, written, company.end)
        verification.vouch(session, settings, company, made, written)
        asking.play(session, company, made, written, today, settings.zone)
        notices.enliven(session, company, made)
        tidiness.tidy(session, company, made, written)
        readings = reads.spread(session, company, made, written, today - dt.timedelta(days=1))
    return Loaded(len(made.users), len(made.spaces), len(written.documents), len(written.replies), readings)


def invite(sessions: sessionmaker[Session], folder: Path) -> list[tuple[str, str, str]]:
    """Name typical people and the password on the sign-in page of this installation.

    Returns:
        Name, name to sign in with, and what they are.
    """
    with sessions() as session:
        names = {row.username: row.name for row in session.execute(select(User.username, User.name))}
    people = [(names.get(username, username), username, role) for username, role in SHOWN]
    text = json.dumps({"password": PASSWORD, "people": people}, ensure_ascii=False, indent=1)
    (folder / "demo.json").write_text(text + "\n", "utf-8")
    return people
