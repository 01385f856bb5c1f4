"""What the people of the demo company are told: whom texts name, what some of them follow, what they have read of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from portal.content import actors
from portal.content.manuscripts import fold_tag
from portal.content.mentions import typed
from portal.content.notices.models import Notice
from portal.content.watching import following, searches, services
from portal.content.watching.models import PERSON, QUERY, SPACE, TAG, Position
from portal.people.models import User
from portal.platform.access import unscoped
from portal.platform.items import Item
from portal.platform.timeline import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from portal.demo.organisation import Organisation
    from portal.demo.source import Company

RECENT = dt.timedelta(days=21)
READ_BEFORE = dt.timedelta(days=6)
FOLLOWED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "lina": ((SPACE, "market"), (TAG, "价格"), (PERSON, "dengke"), (QUERY, "轮胎 白炭黑 分散")),
    "linyue": ((SPACE, "techniques"), (SPACE, "cases"), (TAG, "竞争对手"), (QUERY, "space:support 结块")),
    "chenxi": ((SPACE, "market"), (SPACE, "board"), (PERSON, "zhouhang"), (TAG, "返利")),
    "tangning": ((SPACE, "training"), (SPACE, "techniques"), (PERSON, "linyue")),
}


def with_names(company: Company, text: str) -> str:
    """A text in which the names after an @ have the form that is kept."""
    people = {person["username"]: person["name"] for person in company.facts["people"]}
    known = {name: (name, f"user:{username}") for username, name in people.items()}
    known |= {username: (name, f"user:{username}") for username, name in people.items()}

    def lookup(names: Collection[str]) -> dict[str, tuple[str, str]]:
        return {name: known[name] for name in names if name in known}

    return typed.settled(text, lookup)


def enliven(session: Session, company: Company, organisation: Organisation) -> None:
    """Let them follow something, tell them what happened of late, and have them read all but the newest."""
    session.flush()
    for username, things in FOLLOWED.items():
        actor = organisation.actors[username].at(company.begin)
        for sort, target in things:
            services.follow(session, actor, sort, _key(organisation, sort, target))
    _tell(session, company)
    _read(session, company)


def _key(organisation: Organisation, sort: str, target: str) -> str:
    if sort == SPACE:
        return str(organisation.spaces[target].id)
    if sort == PERSON:
        return str(organisation.users[target].id)
    return fold_tag(target) if sort == TAG else target


def _tell(session: Session, company: Company) -> None:
    """What the worker would have done at the time; it goes on after that."""
    recent = select(Entry).where(Entry.at > company.end - RECENT).order_by(Entry.at, Entry.id)
    for entry in session.scalars(recent).all():
        item = session.scalar(unscoped(Item).where(Item.id == entry.item_id))
        if item is not None and entry.verb in following.TELLING:
            actor = actors.system(entry.at, company.end.tzinfo, entry.actor_id)  # type: ignore[arg-type]  # a ZoneInfo
            following.TELLING[entry.verb](session, actor, item, entry.at)
    newest = session.scalars(select(Entry.id).order_by(Entry.id.desc()).limit(1)).first() or 0
    session.add_all(Position(name=name, entry_id=newest) for name in (following.NAME, searches.NAME))


def _read(session: Session, company: Company) -> None:
    """Most was read within hours; a few things of the last days wait. No mail is sent of any of it."""
    usernames = {key: name for key, name in session.execute(select(User.id, User.username))}  # noqa: C416
    for notice in session.scalars(select(Notice)):
        is_old = notice.at < company.end - READ_BEFORE
        if is_old or usernames[notice.user_id] not in FOLLOWED:
            notice.read_at = notice.at + dt.timedelta(hours=1 + notice.id % 5)
        notice.mailed_at = notice.at
    session.flush()
    _renumber(session)


def _renumber(session: Session) -> None:
    """The inbox shows the newest number first; as all was told at once, the numbers are given by the moments."""
    names = [column.key for column in Notice.__table__.columns if column.key != "id"]
    rows = [
        {name: getattr(notice, name) for name in names}
        for notice in session.scalars(select(Notice).order_by(Notice.at, Notice.id))
    ]
    for notice in list(session.identity_map.values()):
        if isinstance(notice, Notice):
            session.expunge(notice)
    session.execute(delete(Notice))
    session.execute(insert(Notice), rows)
