"""What the home page offers, to whom."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.content.questions.services import accept
from portal.content.readings import count_reading
from portal.features.documents import services
from portal.features.home import queries
from portal.platform.items import DRAFT
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

pytestmark = pytest.mark.databases
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def me(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


def titles(cards: list[Card]) -> list[str]:
    return [card.title for card in cards]


def read(session: Session, user: User, document: Document) -> None:
    count_reading(session, builders.actor_of(session, user), document)
    session.flush()


def test_new_is_what_others_published_and_i_have_not_read(
    session: Session, author: User, me: User, space: Space, moment: Moment
) -> None:
    first = builders.document(session, author, space, "第一")
    moment.advance(HOUR)
    builders.document(session, author, space, "第二")
    moment.advance(HOUR)
    builders.document(session, me, space, "我的")
    builders.document(session, author, space, "草稿", state=DRAFT)
    builders.document(session, author, space, "给别人", readers=[f"user:{author.id}"])
    assert titles(queries.new_for(session, builders.actor_of(session, me))) == ["第二", "第一"]
    read(session, me, first)
    assert titles(queries.new_for(session, builders.actor_of(session, me))) == ["第二"]
    assert titles(queries.new_for(session, builders.actor_of(session, author))) == ["我的"]


def test_most_read_this_week(session: Session, author: User, me: User, space: Space, moment: Moment) -> None:
    others = [builders.person(session, f"rep-{number}", f"销售{number}") for number in range(3)]
    old = builders.document(session, author, space, "从前")
    for person in others:
        read(session, person, old)
    moment.advance(dt.timedelta(days=9))
    once, twice = (builders.document(session, author, space, title) for title in ("一次", "两次"))
    hidden = builders.document(session, author, space, "看不见", readers=[f"user:{others[0].id}"])
    read(session, others[0], once)
    for document in (twice, hidden):
        read(session, others[0], document)
        read(session, others[1], document)
    assert titles(queries.most_read(session, builders.actor_of(session, me))) == ["两次", "一次"]


def test_unanswered_questions(session: Session, author: User, me: User, space: Space, moment: Moment) -> None:
    answered = builders.document(session, author, space, "怎么分散？")
    reply = builders.reply(session, me, answered)
    accept(session, builders.actor_of(session, author), answered, reply)
    moment.advance(HOUR)
    builders.document(session, author, space, "怎么烘干？")
    moment.advance(HOUR)
    builders.document(session, me, space, "谁知道？")
    builders.document(session, author, space, "已经知道")
    builders.document(session, author, space, "要不要发？", state=DRAFT)
    session.flush()
    assert titles(queries.unanswered(session, builders.actor_of(session, me))) == ["谁知道？", "怎么烘干？"]


def test_my_drafts_last_touched_first(
    session: Session, author: User, me: User, space: Space, moment: Moment
) -> None:
    first = builders.document(session, me, space, "第一", state=DRAFT)
    moment.advance(HOUR)
    builders.document(session, me, space, "第二", state=DRAFT)
    builders.document(session, author, space, "别人的", state=DRAFT)
    moment.advance(HOUR)
    wanted = services.DocumentInput(builders.documents.manuscript("第一，改过", "内容"), space.id)
    services.edit(session, builders.actor_of(session, me), first, wanted, 1)
    assert titles(queries.drafts(session, builders.actor_of(session, me))) == ["第一，改过", "第二"]


def test_the_page_shows_all_of_it(
    session: Session, author: User, me: User, space: Space, client: Browser
) -> None:
    builders.document(session, author, space, "怎么烘干？")
    builders.document(session, me, space, "还没写完", state=DRAFT)
    shown = client.sign_in(me.username).get("/")
    assert shown.status_code == 200
    assert all(text in shown.text for text in ("怎么烘干？", "还没写完", "销售手册"))


def test_the_portal_says_that_it_is_well(client: Browser) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
