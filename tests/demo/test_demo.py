"""The demo company: complete, current, within the rules, and the same every time."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, inspect, select

from portal.commands.migrations import migrate
from portal.commands.search import ask
from portal.config import ROOT, Settings
from portal.content.records import ItemTag, Reading, Revision
from portal.content.replies.models import Reply
from portal.content.spaces.models import Space, SpaceEditor, SpaceReader
from portal.demo import loading, source, writings
from portal.factory import Portal
from portal.features.documents.importing import Importer
from portal.features.documents.models import Document
from portal.kernel.errors import ConflictError
from portal.people.models import Department, Post, User
from portal.platform.access import readable_ids
from portal.platform.extraction import walk
from portal.platform.items import ARCHIVED, DRAFT, PUBLISHED, Audience, Item
from portal.platform.timeline import Entry
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import ColumnElement, Executable
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.slow

TODAY = dt.date(2026, 11, 23)
ZONE = ZoneInfo("Asia/Shanghai")
SEEDS = ROOT.parent / "shared" / "seeds"
JUDGED = [
    ("客户档案 提醒", "001"),
    ("知识平台", "001"),
    ("定价管理", "003"),
    ("關鍵客戶管理", "003"),
    ("六次触达", "004"),
    ("流程架构卡", "004"),
    ("ERP系统", "004"),
    ('"大客户营销流程"', "000"),
    ("精细化管理", "002"),
]


@dataclass(frozen=True)
class Loads:
    """Two installations that were loaded one after the other."""

    first: Portal
    second: Portal


def loaded(folder: Path) -> Portal:
    portal = Portal(Settings(data=folder))
    migrate(portal.settings.url)
    loading.load(portal.sessions, portal.settings, TODAY, lambda _done, _total: None)
    return portal


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loads]:
    texts = writings.prepare_all(source.read(TODAY, ZONE))
    with pytest.MonkeyPatch.context() as patch:
        # The child process that renders is tested elsewhere; here it would double the time.
        patch.setattr(writings, "prepare_all", lambda _company, _tell: dict(texts))
        pair = Loads(loaded(tmp_path_factory.mktemp("first")), loaded(tmp_path_factory.mktemp("second")))
    yield pair
    for portal in (pair.first, pair.second):
        portal.sessions.kw["bind"].dispose()


@pytest.fixture
def demo(loads: Loads) -> Iterator[Session]:
    with loads.first.sessions() as session:
        yield session


def count(session: Session, model: type[Any], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def pairs(session: Session, statement: Executable) -> dict[Any, Any]:
    return {row[0]: row[1] for row in session.execute(statement)}


def test_there_is_enough_to_see(demo: Session) -> None:
    assert count(demo, User) == 42
    assert count(demo, Space) == 8
    assert count(demo, Document) >= 120
    assert count(demo, Reply) >= 390
    assert count(demo, Document, Item.state == DRAFT) >= 5
    assert count(demo, Document, Item.state == ARCHIVED) >= 3
    assert count(demo, Item, Item.published_at > dt.datetime.combine(TODAY, dt.time(), ZONE)) == 0


def test_it_looks_current(demo: Session) -> None:
    newest = demo.scalar(
        select(func.max(Item.published_at)).where(Item.state == PUBLISHED, Item.kind != "person")
    )
    assert newest is not None
    assert dt.timedelta(0) < dt.datetime.combine(TODAY, dt.time(), ZONE) - newest < dt.timedelta(days=14)


def test_reads_are_spread_over_the_year(demo: Session) -> None:
    days = demo.scalars(select(Reading.day)).all()
    months = {(day.year, day.month) for day in days}
    this_week = sum(day >= TODAY - dt.timedelta(days=7) for day in days)
    assert len(months) >= 12
    assert max(days) < TODAY
    assert len(days) / 52 < this_week < len(days) / 4


def test_reads_keep_the_rules(demo: Session) -> None:
    counted = pairs(demo, select(Reading.item_id, func.count()).group_by(Reading.item_id))
    stored = pairs(demo, select(Item.id, Item.read_count).where(Item.read_count > 0))
    assert counted == stored
    rows = select(Reading, Item.author_id, Item.state, Item.published_at).join(
        Item, Item.id == Reading.item_id
    )
    for reading, author_id, state, published_at in demo.execute(rows):
        assert reading.user_id != author_id
        assert state in {PUBLISHED, ARCHIVED}
        assert published_at
        assert reading.at >= published_at
        assert reading.at.astimezone(ZONE).date() == reading.day


def test_everybody_reads_and_answers_only_what_they_may(demo: Session) -> None:
    read: dict[int, set[int]] = {}
    for user_id, item_id in demo.execute(select(Reading.user_id, Reading.item_id)):
        read.setdefault(user_id, set()).add(item_id)
    for user_id, holder_id in demo.execute(select(Reply.author_id, Reply.holder_id)):
        read.setdefault(user_id, set()).add(holder_id or 0)
    names = pairs(demo, select(User.id, User.username))
    for user_id, ids in read.items():
        assert readable_ids(demo, builders.actor_of(demo, names[user_id]), ids) == ids, names[user_id]


def test_reply_counts_are_right(demo: Session) -> None:
    counted = pairs(demo, select(Reply.holder_id, func.count()).group_by(Reply.holder_id))
    stored = pairs(demo, select(Item.id, Item.reply_count).where(Item.reply_count > 0))
    assert counted == stored


def test_the_people_named_can_do_what_is_said_of_them(demo: Session) -> None:
    who = {role: builders.actor_of(demo, name) for role, name in loading.WHO.items() if role != "space"}
    space = builders.space_of(demo, loading.WHO["space"])
    assert space.id in who["editor"].edits
    assert f"space:{space.id}" in who["rep"].tokens
    assert "publisher" in who["publisher"].roles
    assert "trainer" in who["trainer"].roles
    assert who["admin"].is_admin
    assert demo.scalar(select(User.id).where(User.manager_id == who["manager"].user_id).limit(1))


def test_two_loads_are_equal(loads: Loads) -> None:
    tables = (
        Department, Post, User, Space, SpaceEditor, SpaceReader, Item, Document, Reply, Revision, Reading, Entry,
        ItemTag, Audience,
    )  # fmt: skip
    for table in tables:
        assert rows(loads.first, table) == rows(loads.second, table), table.__name__


def rows(portal: Portal, table: type[Any]) -> list[dict[str, Any]]:
    """All rows of a table but for the password, whose salt is new each time."""
    with portal.sessions() as session:
        mapped = table.__table__
        key = list(inspect(table).local_table.primary_key.columns)
        found = session.execute(select(mapped).order_by(*key)).mappings()
        return [{name: value for name, value in row.items() if name != "password_hash"} for row in found]


def test_it_is_loaded_once_and_never_among_others(loads: Loads, portal: Portal, tmp_path: Path) -> None:
    with loads.first.sessions() as session:
        assert loading.is_there(session)
    with portal.sessions.begin() as session:
        assert not loading.is_there(session)
        builders.person(session)
        with pytest.raises(ConflictError):
            loading.is_there(session)
    people = loading.invite(loads.first.sessions, tmp_path)
    invitation = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    assert len(people) == len(invitation["people"]) == 6
    assert invitation["people"][0] == ["李娜", "lina", "销售员 · 华北"]


@pytest.mark.parametrize("days", range(16))
def test_dates_move_by_whole_weeks(days: int) -> None:
    reference = dt.date(2026, 11, 20)
    today = reference + dt.timedelta(days=days)
    moved = source.shift(reference, today)
    assert moved.days % 7 == 0
    assert 1 <= (today - reference - moved).days <= 7


@pytest.fixture(scope="module")
def searched(loads: Loads) -> Portal:
    if not SEEDS.exists():
        pytest.skip("the source documents are not here")
    portal = loads.second
    with portal.sessions() as session:
        author, space = builders.actor_of(session, "linyue"), builders.space_of(session, "market")
        importer = Importer(portal.sessions, ZONE, author.user_id, space.id)
    outcomes = list(importer.each(walk(sorted(SEEDS.glob("*.txt")))))
    assert all(outcome.item_id for outcome in outcomes)
    portal.follower.catch_up()
    return portal


@pytest.mark.parametrize(("query", "source_name"), JUDGED)
def test_the_source_is_among_the_first_two_hits(searched: Portal, query: str, source_name: str) -> None:
    with searched.sessions() as session:
        answer = ask(searched, session, builders.actor_of(session, "lina"), query, 10)
    hits = [hit["source"][:3] or hit["title"] for hit in answer["hits"]]
    assert source_name in hits[:2], hits
