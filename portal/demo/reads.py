"""Who in the demo company read what and when: made up by a fixed seed, within the rules that bind real readings."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from portal.content.records import Reading
from portal.demo.source import DemoDocument
from portal.features.documents.models import Document
from portal.kernel.actor import Actor
from portal.platform.items import ARCHIVED, DRAFT, Audience, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.demo.organisation import Organisation
    from portal.demo.source import Company
    from portal.demo.writings import Written

SEED = 20_261_120
DAY = dt.timedelta(days=1)
BUSY_DAYS = 7
SATURDAY = 5
Key = tuple[int, int, dt.date]
MayRead = Callable[["Document"], "list[Actor]"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document with what decides how often it is read.

    Args:
        demo: as it stands in the folder.
        document: its row.
        readers: who may read it, without its author.
        pull: share of them who will open it, before their own eagerness.
        last: the last day on which it is read.
    """

    demo: DemoDocument
    document: Document
    readers: Sequence[Actor]
    pull: float
    last: dt.date


@dataclass(slots=True)
class _Ledger:
    """Readings by item, person and day, so that none counts twice."""

    chance: random.Random
    rows: dict[Key, dt.datetime] = field(default_factory=dict)

    def add(self, shelf: Shelf, actor: Actor, day: dt.date, at: dt.datetime | None = None) -> None:
        """Note a reading at a moment, or at one that office hours make likely."""
        opened = shelf.demo.published.astimezone(actor.zone).date()
        if opened <= day <= shelf.last:
            moment = at or self._moment(shelf, actor, day)
            self.rows.setdefault((shelf.document.id, actor.user_id, day), moment)

    def _moment(self, shelf: Shelf, actor: Actor, day: dt.date) -> dt.datetime:
        minute = self.chance.randint(8 * 60, 20 * 60)
        local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), actor.zone)
        soonest = shelf.demo.published + dt.timedelta(minutes=self.chance.randint(4, 90))
        return max(local.astimezone(dt.UTC), soonest)


def spread(
    session: Session, company: Company, organisation: Organisation, written: Written, yesterday: dt.date
) -> int:
    """Make and store the readings up to a day; the number of them."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    people = sorted(organisation.actors.values(), key=lambda actor: actor.user_id)
    eager = {actor.user_id: chance.uniform(0.35, 1.3) for actor in people}
    shelves = _shelves(company, written, _reading_rule(session, people), yesterday, chance)
    ledger = _Ledger(chance)
    for shelf in shelves:
        _repliers(ledger, shelf, company, organisation)
        for actor in shelf.readers:
            _over_the_year(ledger, shelf, actor, eager[actor.user_id])
    _this_week(ledger, shelves, people, yesterday)
    _store(session, ledger)
    return len(ledger.rows)


def _shelves(
    company: Company, written: Written, may_read: MayRead, yesterday: dt.date, chance: random.Random
) -> list[Shelf]:
    talk = Counter(reply.document for reply in company.replies)
    found = []
    for demo in company.documents:
        if demo.state != DRAFT:
            document = written.documents[demo.key]
            pull = min(chance.lognormvariate(-1.35, 0.75) + 0.05 * talk[demo.key], 0.95)
            found.append(Shelf(demo, document, may_read(document), pull, _last_day(document, yesterday)))
    return found


def _reading_rule(session: Session, people: Sequence[Actor]) -> MayRead:
    """Who may read a document, by the stored tokens, without its author."""
    tokens: dict[int, set[str]] = defaultdict(set)
    for item_id, token in session.execute(select(Audience.item_id, Audience.token)):
        tokens[item_id].add(token)

    def may_read(document: Document) -> list[Actor]:
        others = (actor for actor in people if actor.user_id != document.author_id)
        return [actor for actor in others if actor.tokens & tokens[document.id]]

    return may_read


def _last_day(document: Document, yesterday: dt.date) -> dt.date:
    """What was put away is no longer counted; the day before is the last that surely counts."""
    return document.updated_at.date() - DAY if document.state == ARCHIVED else yesterday


def _repliers(ledger: _Ledger, shelf: Shelf, company: Company, organisation: Organisation) -> None:
    """Whoever replied has read it first."""
    for reply in company.replies:
        actor = organisation.actors[reply.author]
        if reply.document == shelf.demo.key and actor.user_id != shelf.document.author_id:
            at = reply.at - dt.timedelta(minutes=ledger.chance.randint(3, 25))
            ledger.add(shelf, actor, at.astimezone(actor.zone).date(), max(at, shelf.demo.published))


def _over_the_year(ledger: _Ledger, shelf: Shelf, actor: Actor, eager: float) -> None:
    """A first look soon after publication, and sometimes another later on."""
    chance = ledger.chance
    if chance.random() >= shelf.pull * eager:
        return
    day = shelf.demo.published.astimezone(actor.zone).date() + DAY * int(chance.expovariate(1 / 8))
    ledger.add(shelf, actor, _working(day, chance))
    while chance.random() < 0.3 * eager:
        day += DAY * (1 + int(chance.expovariate(1 / 45)))
        ledger.add(shelf, actor, _working(day, chance))


def _this_week(
    ledger: _Ledger, shelves: Sequence[Shelf], people: Sequence[Actor], yesterday: dt.date
) -> None:
    """The last days are livelier: everybody looks something up, mostly what many look up."""
    weights = [shelf.pull for shelf in shelves]
    for actor in people:
        for shelf in ledger.chance.choices(shelves, weights, k=ledger.chance.randint(3, 9)):
            day = yesterday - DAY * ledger.chance.randrange(BUSY_DAYS)
            if actor in shelf.readers:
                ledger.add(shelf, actor, day)


def _working(day: dt.date, chance: random.Random) -> dt.date:
    """Most of what falls on a weekend waits for Monday."""
    is_moved = day.weekday() >= SATURDAY and chance.random() < 0.8  # noqa: PLR2004 - a fifth stays
    return day + DAY * (7 - day.weekday()) if is_moved else day


def _store(session: Session, ledger: _Ledger) -> None:
    rows = [
        {"item_id": item_id, "user_id": user_id, "day": day, "at": at}
        for (item_id, user_id, day), at in ledger.rows.items()
    ]
    session.execute(insert(Reading), rows)
    for item_id, count in Counter(key[0] for key in ledger.rows).items():
        counted = update(Item).where(Item.id == item_id).values(read_count=count)
        session.execute(counted.execution_options(synchronize_session=False))
