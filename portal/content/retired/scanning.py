"""The worker's part: looking through everything that was written before a phrase was retired."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from portal.content import actors
from portal.content.notices.services import Told, tell
from portal.content.reach import people_who_read
from portal.content.records import Revision
from portal.content.retired.checking import carries, recheck
from portal.content.retired.events import FOUND_MANY
from portal.content.retired.models import Finding, RetiredPhrase
from portal.content.retired.queries import keepers
from portal.content.retired.services import SCAN
from portal.content.spaces.models import SpaceEditor
from portal.kernel import clock
from portal.kernel.db import reading
from portal.people.models import User
from portal.platform import jobs
from portal.platform.access import take_turn, unscoped
from portal.platform.items import DELETED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.kernel.actor import Actor
    from portal.platform.jobs import Handler, Job

__all__ = ["SCAN", "handler", "scan"]

BATCH = 200
PERSON = "person"


def handler(settings: Settings) -> Handler:
    """What the worker calls for each retired phrase."""

    def run(sessions: sessionmaker[Session], job: Job) -> None:
        scan(sessions, settings, job.arguments["phrase_id"], lambda done: jobs.report(sessions, job.id, done))

    return run


def scan(sessions: sessionmaker[Session], settings: Settings, phrase_id: int, tell_progress: Any) -> None:  # noqa: ANN401 - a callback
    """Look through all items. Reading them takes no lock; what seems to carry the phrase is looked at again under it.

    Bears being interrupted and called again: findings are compared, never counted up.
    """
    with reading(), sessions() as session:
        phrase = session.scalar(select(RetiredPhrase).where(RetiredPhrase.id == phrase_id))
        total = session.scalar(select(func.count()).select_from(Item).where(Item.state != DELETED)) or 0
    if phrase is None or phrase.withdrawn_at is not None:
        return
    last, done = 0, 0
    while batch := _batch(sessions, last):
        last, done = batch[-1][0].id, done + len(batch)
        found = [
            item.id for item, data in batch if item.kind != PERSON and carries(phrase.phrase, item, data)
        ]
        _note(sessions, found)
        tell_progress({"done": done, "total": max(total, done)})
    with sessions.begin() as session:
        finish(session, actors.system(clock.now(), settings.zone), phrase_id)


def _batch(sessions: sessionmaker[Session], last: int) -> Sequence[tuple[Item, dict[str, Any]]]:
    with reading(), sessions() as session:
        return with_data(session, everything().where(Item.id > last).limit(BATCH))


def everything() -> Any:  # noqa: ANN401 - a statement
    """All items with their bodies, in the order in which they were made."""
    return unscoped(Item).where(Item.state != DELETED).order_by(Item.id).options(undefer(Item.body))


def with_data(session: Session, statement: Any) -> Sequence[tuple[Item, dict[str, Any]]]:  # noqa: ANN401
    """The items of a statement, each with what its kind keeps beside the text."""
    kept = (Revision.item_id == Item.id) & (Revision.version == Item.version)
    rows = session.execute(statement.outerjoin(Revision, kept).add_columns(Revision.data))
    return [(item, data or {}) for item, data in rows]


def _note(sessions: sessionmaker[Session], ids: Iterable[int]) -> None:
    """Under the lock that every writer of items holds, so that nobody saves between the look and the note."""
    wanted = list(ids)
    if wanted:
        with sessions.begin() as session:
            take_turn(session)
            for item, data in with_data(session, everything().where(Item.id.in_(wanted))):
                recheck(session, item, data, clock.now())


def finish(session: Session, actor: Actor, phrase_id: int) -> None:
    """Say that all has been looked through, and give everybody who answers for something their task."""
    phrase = session.scalars(select(RetiredPhrase).where(RetiredPhrase.id == phrase_id)).one()
    phrase.scanned_at = actor.now
    session.flush()
    for user_id, number in _keepers(session, phrase_id).items():
        told = Told(
            FOUND_MANY,
            None,
            f"retired:{phrase_id}:{phrase.job_id}",
            f"/retired/{phrase_id}?which=mine",
            {"phrase": phrase.phrase, "count": number},
        )
        tell(session, actor, {user_id}, told)


def _keepers(session: Session, phrase_id: int) -> Counter[int]:
    """How many items each person has to see to.

    The author, and of those who read the item whoever keeps it true; the editors of the space when the author has left.
    """
    carrying = select(Finding.item_id).where(Finding.phrase_id == phrase_id, Finding.gone_at.is_(None))
    rows = session.scalars(unscoped(Item).where(Item.id.in_(carrying), Item.state != DELETED)).all()
    active = set(session.scalars(select(User.id).where(User.is_active)))
    editors: dict[int, set[int]] = defaultdict(set)
    for editor in session.scalars(select(SpaceEditor).where(SpaceEditor.user_id.in_(active))):
        editors[editor.space_id].add(editor.user_id)
    kept = keepers(session, [item.id for item in rows])
    found: Counter[int] = Counter()
    for item in rows:
        own = {item.author_id} & active
        others = set() if own else set(editors[item.space_id or 0])
        others |= {kept[item.id]} if item.id in kept else set()
        found.update(own | (others & people_who_read(session, item) if others else set()))
    return found
