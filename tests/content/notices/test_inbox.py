"""The inbox: what one was told, what is new, and that lost access takes notices along."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.features.documents import services as documents
from tests import builders
from tests.builders.notices import told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

DAY = dt.timedelta(days=1)


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def colleague(session: Session) -> User:
    return builders.person(session, "liming", "李明")


@pytest.fixture
def document(session: Session, author: User) -> Document:
    return builders.document(session, author, builders.space(session), "白炭黑分散不良的处理")


def count(client: Browser) -> int:
    answer = client.get("/inbox/count")
    assert answer.json
    return int(answer.json["new"])


def test_a_reply_reaches_the_author_and_opening_it_marks_it_read(
    client: Browser, session: Session, author: User, colleague: User, document: Document
) -> None:
    reply = builders.reply(session, colleague, document)
    client.sign_in("wangfang")
    assert count(client) == 1
    page = client.get("/inbox").text
    assert "李明回复了您的《白炭黑分散不良的处理》" in page
    notice = session.scalars(select(Notice).where(Notice.user_id == author.id)).one()
    # Looking changes nothing; opening does.
    assert count(client) == 1
    answer = client.post(f"/inbox/{notice.id}/opening")
    assert answer.location == f"/replies/{reply.id}"
    assert count(client) == 0
    assert "您已经读完了" in client.get("/inbox").text
    assert "李明回复了" in client.get("/inbox?show=all").text


def test_reading_the_document_reads_what_was_told_of_it(
    client: Browser, session: Session, colleague: User, document: Document
) -> None:
    builders.reply(session, colleague, document)
    client.sign_in("wangfang")
    client.post(f"/items/{document.id}/readings")
    assert count(client) == 0


def test_nobody_opens_or_marks_the_notices_of_others(
    client: Browser, session: Session, author: User, colleague: User, document: Document
) -> None:
    builders.reply(session, colleague, document)
    session.commit()
    notice = session.scalars(select(Notice).where(Notice.user_id == author.id)).one()
    client.sign_in("liming")
    for verb in ("opening", "reading", "unreading"):
        assert client.post(f"/inbox/{notice.id}/{verb}").status_code == 404
    assert notice.read_at is None


def test_one_is_marked_and_marked_back(
    client: Browser, session: Session, author: User, colleague: User, document: Document
) -> None:
    builders.reply(session, colleague, document)
    client.sign_in("wangfang")
    notice = session.scalars(select(Notice).where(Notice.user_id == author.id)).one()
    client.post(f"/inbox/{notice.id}/reading")
    assert count(client) == 0
    client.post(f"/inbox/{notice.id}/unreading")
    assert count(client) == 1


def test_all_are_marked_as_far_as_one_has_seen_them_and_that_is_undone(
    client: Browser, session: Session, author: User, colleague: User, document: Document
) -> None:
    for _number in range(3):
        builders.reply(session, colleague, document)
    client.sign_in("wangfang")
    ids = session.scalars(select(Notice.id).where(Notice.user_id == author.id).order_by(Notice.id)).all()
    answer = client.post("/inbox/readings", data={"upto": ids[1]}, follow_redirects=True)
    assert count(client) == 1
    undo = answer.text.split('action="/inbox/unreadings?', 1)[1].split('"', 1)[0]
    client.post(f"/inbox/unreadings?{undo}")
    assert count(client) == 3
    assert client.post("/inbox/unreadings?at=yesterday").status_code == 422


def test_days_and_things_stand_together(
    client: Browser, session: Session, colleague: User, document: Document, moment: Moment
) -> None:
    builders.reply(session, colleague, document)
    moment.advance(DAY)
    builders.reply(session, colleague, document)
    builders.reply(session, colleague, document)
    page = client.sign_in("wangfang").get("/inbox").text
    assert page.index("今天") < page.index("昨天")
    assert "2 条通知" in page


def test_lost_access_takes_notices_counts_and_links_along_at_once(
    client: Browser, session: Session, author: User, colleague: User, document: Document
) -> None:
    third = builders.person(session, "zhaojun", "赵军")
    first = builders.reply(session, colleague, document)
    builders.reply(session, third, document, parent=first)
    notice = session.scalars(select(Notice).where(Notice.user_id == colleague.id)).one()
    client.sign_in("liming")
    assert count(client) == 1
    documents.withdraw(session, builders.actor_of(session, author), document)
    assert count(client) == 0
    assert "白炭黑" not in client.get("/inbox?show=all").text
    assert client.post(f"/inbox/{notice.id}/opening").status_code == 404


def test_what_nobody_may_read_is_told_to_nobody(session: Session, author: User, colleague: User) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"], editors=[author])
    document = builders.document(session, author, closed, "底价")
    builders.reply(session, author, document, f"@[李明](user:{colleague.username}) 看一下")
    assert told(session, colleague) == []


def test_paging_goes_through_all_of_them(
    client: Browser, session: Session, colleague: User, document: Document
) -> None:
    for number in range(35):
        builders.reply(session, colleague, document, f"第 {number} 条")
    client.sign_in("wangfang")
    first = client.get("/inbox").text
    following = first.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert client.get(following).text.count("notice-row") == 5


def test_a_group_narrows_the_inbox(
    client: Browser, session: Session, colleague: User, document: Document
) -> None:
    builders.reply(session, colleague, document)
    client.sign_in("wangfang")
    assert "notice-row" in client.get("/inbox?group=replies").text
    assert "notice-row" not in client.get("/inbox?group=mentions").text
