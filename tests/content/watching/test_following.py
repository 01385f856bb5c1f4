"""Following: who is told of what, once, for the nearest reason, and only of what they may read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.manuscripts import fold_tag
from portal.content.notices.models import Notice
from portal.content.notices.services import tell
from portal.content.watching import following, queries, searches, services
from portal.content.watching.models import Follow, Position
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.features.search.queries import resolve
from portal.kernel import clock
from portal.platform.timeline import Entry
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.notices import follow, tell_followers, told
from tests.builders.reviews import approved, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

DAY = dt.timedelta(days=1)


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "liming", "李明")


@pytest.fixture
def space(session: Session, portal: Portal) -> Space:
    made = builders.space(session)
    tell_followers(portal, session)
    return made


def edit(session: Session, author: User, document: Document, body: str) -> None:
    wanted = DocumentInput(manuscript(document.title, body), document.space_id or 0)
    documents.edit(session, builders.actor_of(session, author), document, wanted, document.version)


@pytest.mark.parametrize("sort", ["space", "tag", "person"])
def test_who_follows_a_space_a_tag_or_a_person_hears_of_what_is_published(
    portal: Portal, session: Session, author: User, reader: User, space: Space, sort: str
) -> None:
    target = {"space": space.id, "tag": fold_tag("轮胎"), "person": author.id}[sort]
    follow(session, reader, sort, target)
    builders.document(session, author, space, "草稿", tags=["轮胎"], state="draft")
    builders.document(session, author, space, "定稿", tags=["轮胎"])
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.published"]
    data = session.scalars(select(Notice.data).where(Notice.user_id == reader.id)).one()
    assert data["why"] == sort
    assert data["label"] == {"space": "销售手册", "tag": "轮胎", "person": "王芳"}[sort]
    assert told(session, author) == []


def test_several_reasons_make_one_notice(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    for sort, target in (("space", space.id), ("tag", "轮胎"), ("person", author.id)):
        follow(session, reader, sort, target)
    builders.document(session, author, space, tags=["轮胎"])
    tell_followers(portal, session)
    data = session.scalars(select(Notice.data).where(Notice.user_id == reader.id)).one()
    assert data["why"] == "person"


def test_changes_are_told_once_a_day_to_who_follows_the_document(
    portal: Portal, session: Session, author: User, reader: User, space: Space, moment: Moment
) -> None:
    document = builders.document(session, author, space)
    tell_followers(portal, session)
    follow(session, reader, "item", document.id)
    for number in range(3):
        edit(session, author, document, f"改 {number}")
        tell_followers(portal, session)
    assert told(session, reader) == ["watched.edited"]
    moment.advance(DAY)
    edit(session, author, document, "再改")
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.edited"] * 2


def test_author_and_repliers_follow_by_themselves_until_they_stop(
    portal: Portal, session: Session, author: User, reader: User, space: Space, moment: Moment
) -> None:
    third = builders.person(session, "zhaojun", "赵军")
    document = builders.document(session, author, space)
    moment.advance(DAY)
    builders.reply(session, reader, document)
    builders.reply(session, third, document)
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.replied"]
    assert told(session, author) == ["reply.received"] * 2
    for person in (author, reader):
        actor = builders.actor_of(session, person)
        number = queries.followed(session, actor, "item", str(document.id))
        assert number
        services.stop(session, actor, number)
    builders.reply(session, third, document)
    # Replying again does not bring back what one has stopped.
    builders.reply(session, reader, document)
    builders.reply(session, third, document)
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.replied"]
    assert told(session, author) == ["reply.received"] * 2


def test_one_reply_makes_one_notice_for_the_nearest_reason(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    first = builders.reply(session, author, document, "谁试过？")
    # It names the author, answers the author, and stands under the author's text, which the author follows.
    builders.reply(session, reader, document, "@[王芳](user:wangfang) 我试过。", first)
    tell_followers(portal, session)
    assert told(session, author) == ["mention.reply"]


def test_nobody_is_told_of_what_they_may_not_read(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    follow(session, reader, "space", space.id)
    follow(session, reader, "person", author.id)
    builders.document(session, author, space, "只给自己", readers=[f"user:{author.id}"])
    tell_followers(portal, session)
    assert told(session, reader) == []


def test_killed_in_a_batch_it_is_told_once_and_nothing_is_left_out(
    portal: Portal,
    session: Session,
    author: User,
    reader: User,
    space: Space,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    follow(session, reader, "space", space.id)
    for number in range(4):
        builders.document(session, author, space, f"文档 {number}")
    session.commit()
    calls = iter(range(100))

    def dying(*given: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return tell(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(following, "tell", dying)
        with pytest.raises(KeyboardInterrupt):
            tell_followers(portal, session)
    assert told(session, reader) == []
    tell_followers(portal, session)
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.published"] * 4


def test_going_through_the_timeline_a_second_time_tells_nothing_twice(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    follow(session, reader, "space", space.id)
    builders.document(session, author, space)
    tell_followers(portal, session)
    for position in session.scalars(select(Position)):
        position.entry_id = 0
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.published"]


def test_an_approved_change_is_no_publication(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    tell_followers(portal, session)
    follow(session, reader, "space", space.id)
    request = suggestion(session, builders.person(session, "zhaomin", "赵敏"), document)
    approved(session, author, request, document)
    tell_followers(portal, session)
    assert told(session, reader) == []


def test_old_news_is_none_when_following_begins(
    portal: Portal, session: Session, author: User, reader: User, moment: Moment
) -> None:
    space = builders.space(session)
    follow(session, reader, "space", space.id)
    builders.document(session, author, space, "旧闻")
    moment.advance(2 * DAY)
    builders.document(session, author, space, "新闻")
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.published"]


def search(portal: Portal, session: Session, worker: Callable[[], int] | None) -> None:
    session.commit()
    if worker:
        worker()
    searches.tell_searchers(portal.sessions, portal.settings, clock.now(), resolve=resolve)


def test_a_followed_search_tells_what_is_new_in_it(
    portal: Portal, session: Session, author: User, reader: User, space: Space, worker: Callable[[], int]
) -> None:
    follow(session, reader, "query", "白炭黑 space:销售手册")
    builders.document(session, author, space, "白炭黑的含水率")
    builders.document(session, author, space, "炭黑的报价", body="没有别的。")
    search(portal, session, worker)
    search(portal, session, worker)
    assert told(session, reader) == ["watched.matched"]
    data = session.scalars(select(Notice.data).where(Notice.user_id == reader.id)).one()
    assert data["label"] == "白炭黑 space:销售手册"


def test_a_search_waits_for_the_index_and_asks_under_each_followers_rights(
    portal: Portal, session: Session, author: User, reader: User, space: Space, worker: Callable[[], int]
) -> None:
    other = builders.person(session, "zhaojun", "赵军")
    for person in (reader, other):
        follow(session, person, "query", "白炭黑")
    builders.document(session, author, space, "白炭黑底价", readers=[f"user:{reader.id}"])
    search(portal, session, None)
    assert told(session, reader) == []
    search(portal, session, worker)
    assert told(session, reader) == ["watched.matched"]
    assert told(session, other) == []


def test_a_text_that_begins_to_match_is_told_once(
    portal: Portal, session: Session, author: User, reader: User, space: Space, worker: Callable[[], int]
) -> None:
    follow(session, reader, "query", "硅烷")
    document = builders.document(session, author, space, "白炭黑")
    search(portal, session, worker)
    assert told(session, reader) == []
    edit(session, author, document, "加硅烷偶联剂。")
    search(portal, session, worker)
    edit(session, author, document, "加硅烷偶联剂，再混炼。")
    search(portal, session, worker)
    assert told(session, reader) == ["watched.matched"]


def test_buttons_follow_and_stop_with_a_way_back(
    client: Browser, session: Session, author: User, reader: User, space: Space, worker: Callable[[], int]
) -> None:
    document = builders.document(session, author, space, tags=["轮胎"])
    session.commit()
    worker()
    client.sign_in("liming")
    pages = {
        f"/documents/{document.id}": ("item", str(document.id)),
        "/spaces/handbook": ("space", str(space.id)),
        "/people/wangfang": ("person", "wangfang"),
        "/spaces/handbook?tag=轮胎": ("tag", "轮胎"),
        "/search?q=白炭黑": ("query", "白炭黑"),
    }
    for path, (sort, target) in pages.items():
        page = client.get(path).text
        assert f'name="sort" value="{sort}"' in page, path
        assert f'name="target" value="{target}"' in page, path
        client.post("/following", data={"sort": sort, "target": target})
        assert "已关注" in client.get(path).text, path
    page = client.get("/following").text
    for name in ("白炭黑分散不良的处理", "销售手册", "王芳", "轮胎", "白炭黑"):
        assert name in page
    rows = session.scalars(select(Follow).where(Follow.user_id == reader.id)).all()
    assert len(rows) == 5
    for row in rows:
        client.post(f"/following/{row.id}/end")
    assert "还没有关注任何内容" in client.get("/following").text
    client.post(f"/following/{rows[0].id}/resumption")
    assert "白炭黑分散不良的处理" in client.get("/following").text


def test_nobody_follows_what_they_may_not_read_or_stops_what_others_follow(
    client: Browser, session: Session, author: User, reader: User, space: Space
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"], editors=[author])
    document = builders.document(session, author, closed, "底价")
    number = follow(session, author, "space", space.id)
    client.sign_in("liming")
    for sort, target in (("item", document.id), ("space", closed.id), ("item", "x"), ("person", "nobody")):
        assert client.post("/following", data={"sort": sort, "target": target}).status_code == 404
    for sort, target in (("planet", "1"), ("tag", ""), ("query", "！")):
        assert client.post("/following", data={"sort": sort, "target": target}).status_code == 422
    assert client.post(f"/following/{number}/end").status_code == 404
    del reader


def test_what_one_may_not_read_any_more_is_not_named_among_what_one_follows(
    client: Browser, session: Session, author: User, reader: User, space: Space
) -> None:
    document = builders.document(session, author, space, "含税底价")
    follow(session, reader, "item", document.id)
    client.sign_in("liming")
    assert "含税底价" in client.get("/following").text
    documents.withdraw(session, builders.actor_of(session, author), document)
    assert "含税底价" not in client.get("/following").text


def test_many_documents_imported_at_once_make_one_notice(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    follow(session, reader, "space", space.id)
    for number in range(5):
        document = builders.document(session, author, space, f"导入 {number}")
        for entry in session.scalars(select(Entry).where(Entry.item_id == document.id)):
            entry.verb = "imported" if entry.verb == "published" else "seen"
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.imported"]
